/** TLS that is broken in every usual way before each kind of destination and before sites; then it is mended. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createAuthority, writeCertificateFolder } from '../../src/simulator/certificate-authority.ts';
import { newFolder, startService, writeConfig } from '../end-to-end/program.ts';
import {
  alertsIn,
  firstArrivals,
  listen,
  nameOf,
  type Payload,
  startWebhookReceiver,
} from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';
import { startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { startAedes } from '../servers/aedes.ts';
import { type Face, startTlsFront, type TlsFront } from './tls-front.ts';

const DAY_MS = 86_400_000;
const HOST = '127.0.0.1';
const TOKEN = 'token';
const days = (from: number, to: number) => ({
  from: new Date(Date.now() + from * DAY_MS),
  to: new Date(Date.now() + to * DAY_MS),
});
const kinds = ['hook', 'metrics', 'mqtt'] as const;
const troubles = ['expired', 'name', 'authority', 'garbage', 'asked'] as const;
type Trouble = (typeof troubles)[number];

const saidOfDestination: Readonly<Record<Trouble, RegExp>> = {
  expired: /certificate .*has expired|its certificate has expired/,
  name: /for another (?:host )?name/,
  authority: /unknown authority|authority .* is not trusted|not trusted/,
  garbage: /does not speak (?:https|TLS)/,
  asked: /client certificate/,
};
const saidOfSite: Readonly<Record<Trouble, RegExp>> = {
  expired: /certificate of .* (?:has ended|ended on)/,
  name: /not for 127\.0\.0\.1 but for other\.example/,
  authority: /not vouched for by root\.pem/,
  garbage: /does not speak TLS/,
  asked: /does not accept the client certificate/,
};

async function surroundings(cleanup: Parameters<typeof newFolder>[0]) {
  const folder = await newFolder(cleanup);
  const receiver = await startWebhookReceiver(cleanup);
  const influx = await startInfluxdbRecorder({ version: 2, token: TOKEN, org: 'ops', bucket: 'qlik' });
  cleanup(() => influx.stop());
  const broker = await startAedes();
  cleanup(() => broker.stop());
  const published = await listen(cleanup, broker.url);
  const site = await startSite(cleanup, folder);
  const portOf = (url: string) => Number(new URL(url).port);
  const ports = { hook: portOf(receiver.url), metrics: portOf(influx.url), mqtt: portOf(broker.url) };
  const alertsAt = (path: string) =>
    firstArrivals(alertsIn(receiver.calls.items.filter((call) => call.path === path)));
  const told = (kind: string) => alertsAt('/calm').filter((alert) => alert.kind === kind);
  const toldOf = (kind: string, name: string) =>
    told(kind).find(({ title, site: of }) => of === name || title.includes(`Destination ${name} `));
  const ofSites = (alerts: readonly Payload[]) => firstArrivals(alerts).filter(({ site: of }) => of !== null);
  const wanted = () => ofSites(alertsAt('/calm'));
  /** Everybody has, of the sites, what the calm one has; in its order, where there is one. */
  const hasEverything = async (word: string) => {
    await vi.waitFor(
      () => {
        expect(ofSites(alertsAt(`/${word}`))).toEqual(wanted());
        const published_ = published.items.filter(({ topic }) => topic.startsWith(`${word}/`));
        expect(ofSites(alertsIn(published_))).toEqual(wanted());
        const lines = influx.lines.filter((line) => line.includes(`from=${word}`)).join('\n');
        expect(
          wanted()
            .filter(({ id }) => !lines.includes(id))
            .map(nameOf),
        ).toEqual([]);
      },
      { timeout: 60_000, interval: 200 },
    );
  };
  const destination = (kind: (typeof kinds)[number], word: string, port: number, more: object = {}) => ({
    name: `${kind}-${word}`,
    sendRecurring: false,
    ca: 'ca.pem',
    ...(kind === 'hook' && { kind: 'webhook', url: `https://${HOST}:${port}/${word}` }),
    ...(kind === 'metrics' && {
      kind: 'influxdb',
      version: 2,
      url: `https://${HOST}:${port}`,
      org: 'ops',
      bucket: 'qlik',
      token: TOKEN,
      tags: { from: word },
    }),
    ...(kind === 'mqtt' && {
      kind: 'mqtt',
      version: '3.1.1',
      url: `mqtts://${HOST}:${port}`,
      topics: { status: `${word}/s`, alert: `${word}/a`, availability: `${word}/v` },
    }),
    ...more,
  });
  const configure = (sites: string, destinations: readonly object[]) => {
    const [head, tail] = site.config.split('web: false');
    return writeConfig(
      folder,
      `${head}${sites}web: false${tail}store: ./store.db\nlane: { alertAfter: 2 s }\n` +
        `alerts: { visibility: { failures: 2, after: 1 s } }\ndestinations: ${JSON.stringify([
          { name: 'calm', kind: 'webhook', url: `${receiver.url}/calm`, sendRecurring: false },
          ...destinations,
        ])}\n`,
    );
  };
  return { folder, receiver, site, ports, alertsAt, told, toldOf, hasEverything, destination, configure };
}

it.concurrent('is told in words of each, and everybody gets everything when it is mended', {
  timeout: 150_000,
}, async ({ onTestFinished }) => {
  const { folder, receiver, site, ports, told, toldOf, hasEverything, destination, configure } =
    await surroundings(onTestFinished);
  const ours = await createAuthority('ours', days(-30, 30));
  const theirs = await createAuthority('theirs', days(-30, 30));
  const good = await ours.issueServer({ names: [HOST] });
  await writeFile(join(folder, 'ca.pem'), ours.pem);
  const facesBy = async (authority: typeof ours): Promise<Record<Trouble, Face>> => ({
    expired: await authority.issueServer({ names: [HOST], dates: days(-9, -2) }),
    name: await authority.issueServer({ names: ['other.example'] }),
    authority: await theirs.issueServer({ names: [HOST] }),
    garbage: 'garbage',
    asked: {
      ...(await authority.issueServer({ names: [HOST] })),
      ca: theirs.pem,
      requestCert: true,
      rejectUnauthorized: true,
    },
  });
  const faces = await facesBy(ours);
  const siteFaces = await facesBy(site.authority);
  const fronts: { front: TlsFront; mended: Face }[] = [];
  const destinations: object[] = [];
  let sites = '';
  for (const trouble of troubles) {
    for (const kind of kinds) {
      const front = await startTlsFront(onTestFinished, ports[kind], faces[trouble]);
      fronts.push({ front, mended: good });
      destinations.push(destination(kind, trouble, front.port));
    }
    const front = await startTlsFront(onTestFinished, site.port, siteFaces[trouble]);
    fronts.push({ front, mended: 'pass' });
    sites += `  - { name: ${trouble}, host: ${HOST}, port: ${front.port}, certificates: certificates, check: every 1 s, timeout: 3 s, version: { enabled: false } }\n`;
  }
  await configure(sites, destinations);

  const program = startService(onTestFinished, folder);
  await receiver.calls.until(
    () =>
      told('destination-failing').length >= destinations.length &&
      told('unreachable').length >= troubles.length,
  );
  for (const trouble of troubles) {
    for (const kind of kinds) {
      const alarm = toldOf('destination-failing', `${kind}-${trouble}`);
      expect.soft(alarm?.text, `${kind} ${trouble}`).toMatch(saidOfDestination[trouble]);
    }
    expect.soft(toldOf('unreachable', trouble)?.text, trouble).toMatch(saidOfSite[trouble]);
  }

  site.endsIn(14);
  for (const { front, mended } of fronts) front.show(mended);
  await receiver.calls.until(
    () =>
      told('reachable').length >= troubles.length &&
      told('destination-recovered').length >= destinations.length,
  );
  for (const trouble of troubles) await hasEverything(trouble);
  expect(await program.stop()).toMatchObject({ code: 0 });
  expect(program.stderr()).toBe('');
});

it.concurrent('certificates that are replaced under way are used without a restart', {
  timeout: 150_000,
}, async ({ onTestFinished }) => {
  const { folder, receiver, site, ports, told, toldOf, hasEverything, destination, configure } =
    await surroundings(onTestFinished);
  const before = await createAuthority('before', days(-30, 30));
  const after = await createAuthority('after', days(-30, 30));
  const facesOf = async (authority: typeof before): Promise<Face> => ({
    ...(await authority.issueServer({ names: [HOST] })),
    ca: authority.pem,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const writeFiles = async (authority: typeof before) => {
    const client = await authority.issueClient();
    await writeFile(join(folder, 'ca.pem'), authority.pem);
    await writeFile(join(folder, 'cert.pem'), client.cert);
    await writeFile(join(folder, 'key.pem'), client.key);
  };
  await writeFiles(before);
  const [first, next] = [await facesOf(before), await facesOf(after)];
  const clientCertificate = { cert: 'cert.pem', key: 'key.pem' };
  const fronts: TlsFront[] = [];
  const destinations: object[] = [];
  for (const kind of ['hook', 'mqtt'] as const) {
    const front = await startTlsFront(onTestFinished, ports[kind], first);
    fronts.push(front);
    destinations.push(destination(kind, 'new', front.port, { clientCertificate }));
  }
  const metrics = await startTlsFront(
    onTestFinished,
    ports.metrics,
    await before.issueServer({ names: [HOST] }),
  );
  destinations.push(destination('metrics', 'new', metrics.port));
  // The site in the configuration sees the same happen to its own server.
  const front = await startTlsFront(onTestFinished, site.port, 'pass');
  const sites = `  - { name: lab, host: ${HOST}, port: ${front.port}, certificates: lab, check: every 1 s, timeout: 3 s, version: { enabled: false } }\n`;
  await writeCertificateFolder(join(folder, 'lab'), await site.authority.issueClient(), site.authority.pem);
  await configure(sites, destinations);
  const program = startService(onTestFinished, folder);
  await receiver.calls.until(() => told('expiring').length >= 2);
  await hasEverything('new');

  for (const each of fronts) each.show(next);
  metrics.show(await after.issueServer({ names: [HOST] }));
  front.show(await after.issueServer({ names: [HOST] }));
  site.endsIn(14);
  await receiver.calls.until(
    () => told('destination-failing').length >= 3 && toldOf('unreachable', 'lab') !== undefined,
  );
  for (const kind of kinds) {
    expect(toldOf('destination-failing', `${kind}-new`)?.text).toMatch(saidOfDestination.authority);
  }
  expect(toldOf('unreachable', 'lab')?.text).toMatch(saidOfSite.authority);

  await writeFiles(after);
  await writeCertificateFolder(
    join(folder, 'lab'),
    await site.authority.issueClient(),
    `${after.pem}${site.authority.pem}`,
  );
  front.show('pass');
  await receiver.calls.until(
    () => told('destination-recovered').length >= 3 && toldOf('reachable', 'lab') !== undefined,
  );
  await hasEverything('new');
  expect(await program.stop()).toMatchObject({ code: 0 });
});
