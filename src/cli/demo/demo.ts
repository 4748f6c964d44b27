/**
 * `demo`: the whole program over real mutual TLS against a simulated site, with an embedded broker and receiver. A license
 * runs down in fast time, a destination fails and catches up, the license expires and is renewed.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, startApp } from '../../app.ts';
import { loadConfig } from '../../config/load-config.ts';
import { addDays, todayIn } from '../../license/calendar-day.ts';
import { silentLogger } from '../../platform/logger.ts';
import { expiredLicense, signedLicense } from '../../simulator/license-text.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { CliIo, ExitCode } from '../io.ts';
import { ownCall } from '../own-call.ts';
import { type DemoClock, demoClock } from './demo-clock.ts';
import { type Arrival, startBroker, startReceiver } from './receivers.ts';
import { type Stage, stage } from './stage.ts';

const FIRST_DAYS_LEFT = 95;
const PAUSE_MS = 1_500;
const LONG_PAUSE_MS = 3_000;
/** How long a day of the demo waits for its deliveries before it goes on. */
const DELIVERY_PATIENCE_MS = 15_000;

export async function demo({ isFast }: { isFast: boolean }, io: CliIo): Promise<ExitCode> {
  const show = stage(io);
  const clock = demoClock(io.clock);
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-demo-'));
  const alerts: Arrival[] = [];
  let statuses = 0;
  const onArrival = (arrival: Arrival) => {
    if (arrival.body.topic !== 'alert') statuses += 1;
    else {
      alerts.push(arrival);
      show.arrival(arrival);
    }
  };
  const today = todayIn('UTC', clock.now());
  const endDate = addDays(today, FIRST_DAYS_LEFT);
  const broker = await startBroker(onArrival);
  const receiver = await startReceiver(onArrival);
  const site = await startSimulator({ clock, license: signedLicense({ endDate, rendering: 'iso-12-hour' }) });
  await site.writeCertificates(folder);
  const configPath = join(folder, 'license-sentinel.yaml');
  await writeFile(configPath, configText(site, broker.url, receiver.url));
  const config = await loadConfig(configPath, { env: {}, readFile });

  show.tell(
    `License Sentinel, in a minute. A simulated Qlik Sense site runs on this machine; its license ends on ${endDate}.\n` +
      'The program checks it over mutual TLS, as it would a real site, and delivers to a webhook receiver and an MQTT broker.\n' +
      'It speaks 90, 60, 30, 14, 7, 3, 1 and 0 days ahead, and daily in the last week.\n' +
      'Days pass in seconds; everything else is the real thing. Ctrl-C ends it.\n',
  );
  // The luckiest draw each time: the shortest pauses before new attempts, so that the demo is as short as it says.
  const app = await startApp(config, { clock, random: () => 0, logger: silentLogger });
  const pageUrl = app.pageUrl();
  if (pageUrl !== undefined) show.note('page', `the status page of this demo, while it runs: ${pageUrl}`);
  const pause = async (ms: number) => {
    if (!isFast) await clock.sleep(ms, io.stop);
  };
  const live = (daysLeft: number, end = endDate) =>
    liveDay(addDays(end, -daysLeft), { app, clock, show, stop: io.stop });

  try {
    await pause(LONG_PAUSE_MS);
    for (const daysLeft of [95, 90, 60, 30]) {
      await live(daysLeft);
      await pause(PAUSE_MS);
    }

    show.tell(
      'The MQTT broker goes down. The webhook is not affected; what is meant for MQTT waits in the outbox.',
    );
    await pause(LONG_PAUSE_MS);
    await broker.goDown();
    for (const daysLeft of [14, 7, 6]) {
      await live(daysLeft);
      await pause(PAUSE_MS);
    }

    show.tell('The broker is back. What waited arrives: everything, in order, each with its own time.');
    await pause(LONG_PAUSE_MS);
    await broker.comeBack();
    for (const daysLeft of [5, 3, 1, 0]) {
      await live(daysLeft);
      await pause(PAUSE_MS);
    }

    show.tell('Nobody renewed it. The license expires, and Qlik Sense says so itself.');
    await pause(LONG_PAUSE_MS);
    site.setLicense(expiredLicense({ endDate }));
    await live(-1);
    await pause(PAUSE_MS);

    const renewed = addDays(endDate, 365);
    show.tell('The renewed license is applied.');
    await pause(LONG_PAUSE_MS);
    site.setLicense(signedLicense({ endDate: renewed }));
    await live(-2);
    await pause(PAUSE_MS);
    show.tell(closingWords(alerts, statuses));
    return 0;
  } catch (error) {
    if (!io.stop.aborted) throw error;
    show.tell('Ended early.');
    return 0;
  } finally {
    await app.stop();
    await Promise.all([site.close(), broker.close(), receiver.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves the calendar to a day, checks the site, and waits until what can be delivered is. */
async function liveDay(
  date: string,
  { app, clock, show, stop }: { app: App; clock: DemoClock; show: Stage; stop: AbortSignal },
): Promise<void> {
  stop.throwIfAborted();
  // Never backwards: the first day is today, and its noon may have passed.
  clock.skipTo(new Date(Math.max(Date.parse(`${date}T12:00:00Z`), clock.now().getTime())));
  await app.checkNow('prod');
  const record = await app.store.siteRecord('prod');
  show.day(date, record?.status.title ?? 'nothing seen');

  const deadlineMs = clock.monotonicMs() + DELIVERY_PATIENCE_MS;
  while (clock.monotonicMs() < deadlineMs) {
    await clock.sleep(20, stop);
    const lanes = await app.store.laneSummaries();
    const busy = lanes.filter(({ waiting }) => waiting > 0);
    if (busy.length === 0) return;
    if (
      busy.every(
        ({ lane }) => lane.failingSince !== null && (lane.nextAttemptAt ?? 0) > clock.now().getTime(),
      )
    ) {
      for (const { destination, waiting } of busy)
        show.note('outbox', `${waiting} messages wait for ${destination}`);
      return;
    }
  }
}

function configText(
  { port, versionPort }: { readonly port: number; readonly versionPort: number },
  brokerUrl: string,
  receiverUrl: string,
): string {
  return `sites:
  - name: prod
    host: 127.0.0.1
    port: ${port}
    versionPort: ${versionPort}
    certificates: .
    check: every 6 hours
destinations:
  - { name: broker, kind: mqtt, url: '${brokerUrl}', version: 3.1.1, sendRecurring: true, sendAlert: true }
  - { name: oncall, kind: webhook, url: '${receiverUrl}', sendRecurring: false, sendAlert: true }
store: ./demo.db
`;
}

/** The tally, counted from what arrived. */
function closingWords(alerts: readonly Arrival[], statuses: number): string {
  const idsAt = (through: Arrival['through']) => [
    ...new Set(alerts.filter((one) => one.through === through).map(({ body }) => body.id)),
  ];
  const [webhook, broker] = [idsAt('webhook'), idsAt('mqtt')];
  const lost =
    webhook.filter((id) => !broker.includes(id)).length + broker.filter((id) => !webhook.includes(id)).length;
  const isInOrder = webhook.filter((id) => broker.includes(id)).every((id, place) => broker[place] === id);
  return (
    `That was it: ${webhook.length} alerts reached the webhook and ${broker.length} the broker, ` +
    `${lost === 0 ? 'the same ones, none lost' : `${lost} of them only one of the two`}, ` +
    `${isInOrder ? 'in the same order' : 'but not in the same order'}; beside them ${statuses} status messages.\n\n` +
    'For your own site:\n' +
    [
      ['config init > license-sentinel.yaml', 'a commented file to begin with'],
      ['check --config license-sentinel.yaml', 'one look, nothing stored, nothing sent'],
      ['run --config license-sentinel.yaml', 'the service'],
    ]
      .map(([command, does]) => `  ${ownCall} ${command!.padEnd(36)}   ${does}`)
      .join('\n')
  );
}
