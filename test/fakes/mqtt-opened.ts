/** The MQTT destination with a broker in memory and a clock that stands still. */
import { openMqtt } from '../../src/delivery/destinations/mqtt/destination.ts';
import { MqttSection } from '../../src/delivery/destinations/mqtt/section.ts';
import type { Message } from '../../src/store/message.ts';
import { FakeClock } from './fake-clock.ts';
import { builtAt } from './messages.ts';
import { type FarEnd, type Link, mqttFarEnd, obligingBut } from './mqtt-far-end.ts';
import * as packets from './mqtt-packets.ts';
import { recordingLogger } from './recording-logger.ts';

export const logFields = { destination: 'broker', broker: 'mqtt://b:1883' };
export const availability = 'license-sentinel/availability';

/** Files hold their own name, unless a test says otherwise. */
interface Surroundings extends Pick<FarEnd, 'connect'> {
  readonly read?: (path: string) => Promise<Buffer>;
}

export function opened(
  { connect, read = async (path) => Buffer.from(path) }: Surroundings,
  settings: object = {},
  latestStatuses: () => Promise<readonly Message[]> = async () => [],
) {
  const clock = new FakeClock(new Date(builtAt));
  const { logger, lines } = recordingLogger();
  const section = { kind: 'mqtt', name: 'broker', url: 'mqtt://b', version: 5, timeout: '7 s', ...settings };
  const tools = { clock, logger, latestStatuses };
  const destination = openMqtt(MqttSection.parse(section), tools, { connect, read });
  const warnings = () => lines.filter(({ level }) => level === 'warn' || level === 'error');
  return { destination, clock, lines, warnings };
}

export const published = (link: Link) => link.sent.filter((packet) => packet.type === 'publish');
/** Topics and texts, for messages their ids. */
export const said = (link: Link) =>
  published(link).map(({ topic, text, properties }) => `${topic} ${properties['id'] ?? text}`);

/** Answers so to what goes to topics that end so. */
export const answering = (end: string, answer: (id: number, link: Link) => void) =>
  mqttFarEnd(
    obligingBut('publish', ({ id, topic }, link) =>
      topic.endsWith(end) ? answer(id, link) : link.send(packets.puback(id)),
    ),
  );
export const denying = (end: string, code = 0x87) =>
  answering(end, (id, link) => link.send(packets.puback(id, code)));
