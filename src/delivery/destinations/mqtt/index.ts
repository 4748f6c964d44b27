/** MQTT: publishes each message as JSON, keeps the last status of every site retained, and says whether it is there. */
import { readFile } from 'node:fs/promises';
import { defineDestination } from '../../destination.ts';
import { openMqtt } from './destination.ts';
import { MqttSection } from './section.ts';

export const mqtt = defineDestination({
  section: MqttSection,
  keepsEveryStatus: false,
  async open(config, tools) {
    const { connect } = await import('./library.ts');
    return openMqtt(config, tools, { connect, read: readFile });
  },
});
