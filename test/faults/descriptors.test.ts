/** The real program runs out of file descriptors under way, or never has enough, and gets them again. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { newFolder, type Program, readStore, startService, writeConfig } from '../end-to-end/program.ts';
import { alertsIn, firstArrivals, listen, nameOf, startWebhookReceiver } from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { startAedes } from '../servers/aedes.ts';
import { startTcpProxy } from '../servers/tcp-proxy.ts';

const onLinux = it.skipIf(process.platform !== 'linux');
const TOKEN = 'token';
/** Standard input, output and error take the first three. */
const NONE = 3;
const ENOUGH = 500;
const FEWEST_TO_START = 20;
const FEWEST_TO_RUN = 26;
const patience = { timeout: 60_000, interval: 200 };

/** No program may have an open file with this number or a higher one from now on; those that it has stay open. */
function limitFiles(program: Program, most: number): void {
  execFileSync('prlimit', ['--pid', `${program.pid}`, `--nofile=${most}:`]);
}

onLinux(
  'without descriptors it lives, says so, serves whom it can, and makes up for the rest',
  {
    timeout: 150_000,
  },
  async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const receiver = await startWebhookReceiver(onTestFinished);
    const watchdog = await startHttpReceiver();
    onTestFinished(() => watchdog.stop());
    const influx = await startInfluxdbRecorder({ version: 2, token: TOKEN, org: 'ops', bucket: 'qlik' });
    onTestFinished(() => influx.stop());
    const broker = await startAedes();
    onTestFinished(() => broker.stop());
    const published = await listen(onTestFinished, broker.url);
    const site = await startSite(onTestFinished, folder);
    const portOf = (url: string) => Number(new URL(url).port);
    const proxies = await Promise.all(
      [site.port, portOf(receiver.url), portOf(influx.url), portOf(broker.url)].map(startTcpProxy),
    );
    for (const proxy of proxies) onTestFinished(() => proxy[Symbol.asyncDispose]());
    const [lab, hook, metrics, mqtt] = proxies.map(({ port }) => port);
    const [head, tail] = site.config.split('web: false');
    await writeConfig(
      folder,
      `${head}  - { name: lab, host: 127.0.0.1, port: ${lab}, certificates: certificates, check: every 1 s, version: { enabled: false } }
${tail}
web: { listen: '127.0.0.1:0' }
store: ./store.db
heartbeat: { url: '${watchdog.url}/ping', every: 1 s }
lane: { alertAfter: 2 s }
alerts: { visibility: { failures: 2, after: 1 s } }
destinations:
  - { name: calm, kind: webhook, url: '${receiver.url}/calm' }
  - { name: hook, kind: webhook, url: 'http://localhost:${hook}/hook' }
  - { name: metrics, kind: influxdb, version: 2, url: 'http://127.0.0.1:${metrics}', org: ops, bucket: qlik, token: ${TOKEN} }
  - { name: broker, kind: mqtt, url: 'mqtt://127.0.0.1:${mqtt}', version: 3.1.1 }
`,
    );
    const program = startService(onTestFinished, folder);
    const alertsAt = (path: string) =>
      firstArrivals(alertsIn(receiver.calls.items.filter((call) => call.path === path)));
    const told = (kind: string) => alertsAt('/calm').filter((alert) => alert.kind === kind);
    const { url } = await program.whenLogged(({ msg }) => msg === 'the page is served');
    await receiver.calls.until(() => alertsAt('/hook').length >= 2 && alertsAt('/calm').length >= 2);
    await watchdog.whenReceived(1);

    limitFiles(program, NONE);
    for (const proxy of proxies) proxy.cut();
    // Certificates that are new just then are not forgotten.
    const root = join(folder, 'certificates/root.pem');
    await writeFile(root, `${await readFile(root, 'utf8')}\n`);
    await receiver.calls.until(
      () => told('unreachable').length >= 2 && told('destination-failing').length >= 3,
    );
    for (const alert of [...told('unreachable'), ...told('destination-failing')]) {
      expect(`${alert.title} ${alert.text}`).toMatch(
        /as many files and connections open as it may \(EMFILE\)/,
      );
      expect(alert.text).not.toMatch(/report it|not known|cannot be resolved/);
    }
    await expect(
      fetch(new URL('/healthz', url as string), { signal: AbortSignal.timeout(2_000) }),
    ).rejects.toThrow();

    site.endsIn(14);
    limitFiles(program, ENOUGH);
    await receiver.calls.until(
      () =>
        told('reachable').length >= 2 &&
        told('destination-recovered').length >= 3 &&
        told('expiring').length >= 4,
    );
    const wanted = () => alertsAt('/calm').filter((alert) => alert.site !== null);
    const ofSites = (alerts: ReturnType<typeof alertsIn>) =>
      firstArrivals(alerts).filter(({ site: of }) => of !== null);
    await vi.waitFor(() => {
      expect(ofSites(alertsAt('/hook'))).toEqual(wanted());
      expect(ofSites(alertsIn(published.items))).toEqual(wanted());
      const ids = influx.lines.map((line) => /[ ,]id="([^"]+)"/.exec(line)?.[1]);
      expect(
        wanted()
          .filter(({ id }) => !ids.includes(id))
          .map(nameOf),
      ).toEqual([]);
    }, patience);
    await vi.waitFor(async () => {
      const answer = await fetch(new URL('/readyz', url as string));
      expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status: 200 });
    }, patience);
    const beats = watchdog.received.length;
    await watchdog.whenReceived(beats + 2);
    expect(await program.stop()).toMatchObject({ code: 0 });
    expect(program.stderr()).toBe('');
    expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).toEqual([]);
  },
);

onLinux(
  'with too few from the start it ends with a sentence, or runs, and no store is set aside',
  {
    timeout: 120_000,
  },
  async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const receiver = await startWebhookReceiver(onTestFinished);
    const site = await startSite(onTestFinished, folder);
    await writeConfig(
      folder,
      `${site.config}store: ./store.db\ndestinations: [{ name: calm, kind: webhook, url: '${receiver.url}/calm' }]\n`,
    );
    const first = startService(onTestFinished, folder);
    await receiver.calls.until((calls) => alertsIn(calls).length > 0);
    await first.stop();
    const before = await readStore(folder, (store) => store.siteRecords());

    const ends: string[] = [];
    for (let most = FEWEST_TO_START; most <= FEWEST_TO_RUN; most += 1) {
      const program = startService(onTestFinished, folder, { under: ['prlimit', `--nofile=${most}`] });
      const isRunning = await program
        .whenLogged(({ msg }) => msg === 'License Sentinel is running')
        .then(() => true)
        .catch(() => false);
      const { code, signal } = isRunning ? await program.stop() : await program.ended;
      ends.push(isRunning ? `ran ${code}` : `${code ?? signal} ${program.stderr()}`);
    }
    // With the fewest, Node.js itself fails or crashes before it runs a line of the program.
    for (const end of ends) expect(end).toMatch(/^ran 0$|^2 .*limit of open files|^1 [\s\S]*EMFILE|^SIG/);
    expect(ends.some((end) => end.startsWith('2 '))).toBe(true);
    expect(ends.at(-1)).toBe('ran 0');
    expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).toEqual([]);
    expect(await readStore(folder, (store) => store.siteRecords())).toHaveLength(before.length);
  },
);
