/** License Sentinel: the real program from the checkout, with its defaults, and a check every second. */
import { join } from 'node:path';
import { runProgram, startService, writeConfig } from '../../../test/end-to-end/program.ts';
import type { Payload } from '../../../test/end-to-end/receivers.ts';
import { startInfluxd } from '../../../test/servers/influxd.ts';
import { type Condition, conditions, rungs } from '../life.ts';
import type { AlertingProgram, Told } from '../program.ts';

interface Settings {
  /** Makes every back-off the shortest there is, for tests; never for the table. */
  readonly lucky?: boolean;
  readonly sendsTo?: AlertingProgram['sendsTo'];
}

export function licenseSentinel({ lucky = false, sendsTo = 'webhook' }: Settings = {}): AlertingProgram {
  return {
    name: sendsTo === 'broker' ? 'License Sentinel, MQTT' : 'License Sentinel',
    sendsTo,
    setting:
      'check every 1 s; back-off, timeout and everything else as by default (5 s doubling, full jitter; 10 s)',
    async version() {
      const outcome = await runProgram(() => undefined, '.', ['--version']);
      return `License Sentinel ${outcome.stdout.trim()}`;
    },
    told: toldByUs,
    async start({ folder, site, receiver, cleanup, needsDatabase }) {
      const influx = needsDatabase ? await startInfluxd() : undefined;
      if (influx !== undefined) cleanup(() => influx.remove());
      const destinations = [
        {
          name: 'alerts',
          kind: sendsTo === 'broker' ? 'mqtt' : 'webhook',
          url: receiver.url,
          sendRecurring: false,
        },
        ...(influx === undefined
          ? []
          : [{ name: 'metrics', kind: 'influxdb', version: 1, url: influx.url, database: 'qlik' }]),
      ];
      await writeConfig(
        folder,
        `${site.config}destinations: ${JSON.stringify(destinations)}
alerts: { thresholdDays: [${rungs.join(', ')}] }
store: ${join(folder, 'store.db')}
web: false
`,
      );
      const run = async () => {
        const started = startService(cleanup, folder, { lucky });
        await started.whenLogged(({ msg }) => msg === 'site checked' || msg === 'site could not be checked');
        return started;
      };
      let running = await run();
      return {
        kill9: () => running.kill9(),
        async restart() {
          running = await run();
        },
        loseSource: () => site.goDown(),
        regainSource: () => site.comeBack(),
        loseDatabase: async () => influx?.stop('SIGKILL'),
        regainDatabase: async () => influx?.start(),
      };
    },
  };
}

/** Only what speaks of a condition itself counts; that a later message names skipped rungs does not. */
export function toldByUs(body: string): readonly Told[] {
  // A broken request, or what MQTT says of the service itself, `online` and `offline`.
  if (!body.startsWith('{')) return [];
  const { id, topic, kind, rung } = JSON.parse(body) as Payload;
  if (topic !== 'alert') return [];
  const name = kind === 'expiring' ? String(rung) : kind;
  return [{ id, condition: isCondition(name) ? name : null, how: 'now' }];
}

const isCondition = (name: string): name is Condition => conditions.some((one) => one === name);
