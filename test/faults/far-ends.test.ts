/**
 * Every destination and every site behaves badly in every way at once, beside a few that behave. Those are served as if
 * nothing were; the fault is told on them in words; memory stays bounded; and when it ends, everybody has everything.
 */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { newFolder, startService, writeConfig } from '../end-to-end/program.ts';
import {
  ALERTS,
  alertsIn,
  type Call,
  firstArrivals,
  listen,
  nameOf,
  type Payload,
  rowsOf,
  startWebhookReceiver,
  statusesIn,
} from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startInfluxd } from '../servers/influxd.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { type BadFarEnd, type Misdeed, misdeeds, startBadFarEnd } from './bad-far-end.ts';

const wordOf = (misdeed: Misdeed) => misdeed.replaceAll(' ', '-');
const portOf = (url: string) => Number(new URL(url).port);
const HEAP_MB = 64;
/** The heap, the program itself, and the buffers of all connections; far less than what is poured at it. */
const MOST_MEMORY_MB = 220;
const LEAST_POURED_MB = 250;

describeWith(['influxd', 'mosquitto'], 'far ends that behave badly in every way at once', () => {
  it('delay nobody, are told in words, take no memory, and get everything when they behave again', {
    timeout: 170_000,
  }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const influx = await startInfluxd();
    onTestFinished(() => influx.remove());
    const broker = await startMosquitto();
    onTestFinished(() => broker[Symbol.asyncDispose]());
    const published = await listen(onTestFinished, broker.url);
    const receiver = await startWebhookReceiver(onTestFinished);
    const site = await startSite(onTestFinished, folder);
    const sitePort = Number(/port: (\d+)/.exec(site.config)![1]);

    const farEnds: BadFarEnd[] = [];
    const badWayTo = async (misdeed: Misdeed, port: number) => {
      const farEnd = await startBadFarEnd(onTestFinished, misdeed, port);
      farEnds.push(farEnd);
      return farEnd.port;
    };
    const destinations: object[] = [{ name: 'calm', kind: 'webhook', url: `${receiver.url}/calm` }];
    const sites: string[] = [];
    for (const misdeed of misdeeds) {
      const word = wordOf(misdeed);
      const hook = await badWayTo(misdeed, portOf(receiver.url));
      const metrics = await badWayTo(misdeed, portOf(influx.url));
      const mqtt = await badWayTo(misdeed, portOf(broker.url));
      const common = { sendRecurring: false, timeout: '2 s' };
      destinations.push(
        { ...common, name: `hook-${word}`, kind: 'webhook', url: `http://127.0.0.1:${hook}/${word}` },
        {
          ...common,
          name: `metrics-${word}`,
          kind: 'influxdb',
          version: 1,
          url: `http://127.0.0.1:${metrics}`,
          database: word,
        },
        {
          ...common,
          name: `mqtt-${word}`,
          kind: 'mqtt',
          url: `mqtt://127.0.0.1:${mqtt}`,
          topics: {
            status: `${word}/{site}/status`,
            alert: `${word}/{site}/alert`,
            availability: `${word}/availability`,
          },
        },
      );
      sites.push(siteAt(word, await badWayTo(misdeed, sitePort)));
    }
    destinations.push({ name: 'nowhere', kind: 'webhook', url: 'http://nowhere.invalid/', timeout: '1 s' });
    sites.push(siteAt('nowhere', 1, 'nowhere.invalid'));
    const [head, tail] = site.config.split('web: false');
    await writeConfig(
      folder,
      `${head}${sites.join('')}web: false${tail}store: ./store.db\nlane: { alertAfter: 2 s }\n` +
        `alerts: { visibility: { failures: 2, after: 1 s } }\ndestinations: ${JSON.stringify(destinations)}\n`,
    );

    const program = startService(onTestFinished, folder, {
      nodeOptions: `--max-old-space-size=${HEAP_MB}`,
    });
    const calm = () => receiver.calls.items.filter(({ path }) => path === '/calm');
    const told = (kind: string) => alertsIn(calm()).filter((alert) => alert.kind === kind);
    const pouredMb = () => farEnds.reduce((sum, farEnd) => sum + farEnd.poured, 0) / 1e6;
    await receiver.calls.until(
      () =>
        pouredMb() > LEAST_POURED_MB &&
        new Set(told('destination-failing').map(({ title }) => title)).size >= destinations.length - 1 &&
        told('unreachable').length >= sites.length,
    );
    const mostMemoryMb = memoryPeakMb(program.pid);
    process.stdout.write(
      `poured ${Math.round(pouredMb())} MB at it; its memory peaked at ${mostMemoryMb} MB\n`,
    );

    for (const { name } of destinations.slice(1) as { name: string }[]) {
      const alarm = told('destination-failing').find(({ title }) => title.includes(name));
      expect(alarm, name).toMatchObject({ site: null, text: expect.stringMatching(/\w+ .*\./) });
    }
    expect(
      told('destination-failing')
        .map(({ text }) => text)
        .join('\n'),
    ).not.toMatch(/undefined|\[object|NaN/);
    // All that was said of a site, because on a busy machine the first word may be that it took too long.
    const saidOf = (name: string) =>
      statusesIn(calm())
        .filter((status) => status.site === name)
        .map(({ text }) => text)
        .join('\n');
    expect(saidOf('hangs')).toMatch(/did not accept a connection within 3000 ms/);
    expect(saidOf('resets')).toMatch(/closed the connection/);
    expect(saidOf('garbage')).toMatch(/does not speak TLS/);
    expect(saidOf('nowhere')).toMatch(/cannot be resolved/);
    // Nobody behind the faults had to wait for them.
    const delays = statusesOf('prod', calm()).map(({ at, body }) => at - Date.parse(body.occurredAt));
    expect(delays.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...delays)).toBeLessThan(5_000);
    expect(mostMemoryMb).toBeLessThan(MOST_MEMORY_MB);

    site.endsIn(14);
    for (const farEnd of farEnds) farEnd.reform();
    await receiver.calls.until(() => told('reachable').length >= misdeeds.length);
    const wanted = () => firstArrivals(alertsIn(calm())).filter((alert) => alert.site !== null);
    const all = wanted();
    const ofSites = (alerts: readonly Payload[]) =>
      firstArrivals(alerts)
        .filter((alert) => alert.site !== null)
        .slice(0, all.length);
    await receiver.calls.until(() =>
      misdeeds.every((misdeed) => ofSites(alertsAt(`/${wordOf(misdeed)}`)).length >= all.length),
    );
    await published.until(() =>
      misdeeds.every((misdeed) => ofSites(alertsOn(wordOf(misdeed))).length >= all.length),
    );
    for (const word of misdeeds.map(wordOf)) {
      await vi.waitFor(async () => {
        const rows = await rowsOf(influx, word, ALERTS);
        const ids = new Set(rows.map(({ id }) => id));
        expect(all.filter(({ id }) => !ids.has(id)).map(nameOf)).toEqual([]);
      }, 30_000);
      expect(ofSites(alertsAt(`/${word}`)), word).toEqual(all);
      expect(ofSites(alertsOn(word)), word).toEqual(all);
    }
    expect(all.map(nameOf)).toEqual(
      expect.arrayContaining(['expiring 30', 'expiring 14', 'shortened', 'unreachable', 'reachable']),
    );
    expect(await program.stop()).toMatchObject({ code: 0 });
    expect(program.stderr()).toBe('');

    function alertsAt(path: string) {
      return alertsIn(receiver.calls.items.filter((call) => call.path === path));
    }
    function alertsOn(prefix: string) {
      return alertsIn(published.items.filter(({ topic }) => topic.startsWith(`${prefix}/`)));
    }
    function siteAt(name: string, port: number, host = '127.0.0.1') {
      return `  - name: ${name}
    host: ${host}
    port: ${port}
    certificates: certificates
    check: every 1 s
    timeout: 3 s
    version: { enabled: false }
`;
    }
  });
});

const statusesOf = (site: string, calls: readonly Call[]) =>
  calls.filter((call) => statusesIn([call]).some((status) => status.site === site));

function memoryPeakMb(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);
}
