/** What befalls the store while the real program runs, or before it starts: told in words, nothing lost, never a crash. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, vi } from 'vitest';
import {
  type Cleanup,
  newFolder,
  type Program,
  readStore,
  startService,
  writeConfig,
} from '../end-to-end/program.ts';
import { alertsIn, firstArrivals, hasAlert, nameOf, startWebhookReceiver } from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { describeWithFailingDisk, mountFailingDisk } from '../servers/failing-disk.ts';
import { freePort } from '../servers/free-port.ts';
import { describeWithSmallDisk, mountSmallDisk } from '../servers/small-disk.ts';

const MB = 1024 * 1024;

async function stage(cleanup: Cleanup, { check = 'every 1 s', store = './store.db' } = {}) {
  const folder = await newFolder(cleanup);
  const receiver = await startWebhookReceiver(cleanup);
  const watchdog = await startHttpReceiver();
  cleanup(() => watchdog.stop());
  const site = await startSite(cleanup, folder);
  const port = await freePort();
  await writeConfig(
    folder,
    `${site.config.replace('every 1 s', check).replace('web: false', `web: { listen: '127.0.0.1:${port}' }`)}
store: ${store}
heartbeat: { url: '${watchdog.url}/ping', every: 1 s }
destinations:
  - { name: hook, kind: webhook, url: '${receiver.url}/hook' }
  - { name: alerts, kind: webhook, url: '${receiver.url}/alerts', sendRecurring: false }
`,
  );
  const start = () => startService(cleanup, folder);
  /** What the probe of an orchestrator would see. */
  const readiness = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: answer.status, ...((await answer.json()) as { reasons: readonly string[] }) };
  };
  const alertsAt = (path: string) =>
    firstArrivals(alertsIn(receiver.calls.items.filter((call) => call.path === path)));
  const namesAt = (path: string) => alertsAt(path).map(nameOf);
  return { folder, receiver, watchdog, site, start, readiness, alertsAt, namesAt };
}

/** No program may write more than this into a file from now on; undefined lifts that. */
function limitFileSize(program: Program, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${program.pid}`, `--fsize=${bytes}:unlimited`]);
}

const patience = { timeout: 110_000, interval: 250 };
const aboutSites = (names: readonly string[]) => names.filter((name) => !name.startsWith('store-'));

describeWithSmallDisk('the disk of the store', () => {
  it.concurrent('that is full takes no alert from anybody, and is told, as is its end', {
    timeout: 170_000,
  }, async ({ onTestFinished }) => {
    const disk = mountSmallDisk(12 * MB);
    onTestFinished(() => disk.remove());
    const { receiver, site, start, readiness, alertsAt, namesAt } = await stage(onTestFinished, {
      store: join(disk.folder, 'store.db'),
    });
    const program = start();
    await receiver.calls.until(hasAlert('expiring 30'));
    disk.fill();
    await receiver.calls.until(hasAlert('store-full'));
    expect(await readiness()).toMatchObject({ status: 503, reasons: ['the disk of the store is full'] });
    site.endsIn(14);
    await receiver.calls.until(hasAlert('expiring 14'));
    site.endsIn(7);
    await receiver.calls.until(hasAlert('expiring 7'));

    disk.free();
    const isTold = () => expect(namesAt('/alerts')).toContain('store-recovered');
    await vi.waitFor(isTold, patience);
    site.endsIn(365);
    await receiver.calls.until((calls) =>
      ['/hook', '/alerts'].every((path) => hasAlert('renewed')(calls.filter((call) => call.path === path))),
    );
    expect(await readiness()).toEqual({ status: 200, ok: true, reasons: [] });
    expect(await program.stop()).toMatchObject({ code: 0 });
    const expected = ['expiring 30', 'shortened', 'expiring 14', 'shortened', 'expiring 7', 'renewed'];
    expect(aboutSites(namesAt('/alerts'))).toEqual(expected);
    expect(alertsAt('/alerts')).toEqual(alertsAt('/hook'));
    expect(alertsAt('/alerts').find(({ kind }) => kind === 'store-full')).toMatchObject({
      severity: 'critical',
      text: expect.stringContaining('Free some space'),
    });
  });

  it.concurrent('that was read-only all along ends the program with a sentence and no restart loop of its own', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const disk = mountSmallDisk(12 * MB);
    onTestFinished(() => disk.remove());
    const { start } = await stage(onTestFinished, { store: join(disk.folder, 'store.db') });
    disk.remountReadOnly();
    const program = start();
    expect(await program.ended).toEqual({ code: 2, signal: null });
    expect(program.stderr()).toMatch(/The store .* cannot be opened: .*read-only/);
  });

  it.concurrent('that takes nothing, though sites are checked once a day only, is made up for within minutes', {
    timeout: 170_000,
  }, async ({ onTestFinished }) => {
    const { receiver, watchdog, site, start, readiness, namesAt } = await stage(onTestFinished, {
      check: 'every 24 hours\n    timeout: 3 s',
    });
    site.hangs();
    const program = start();
    await program.whenLogged(({ msg }) => msg === 'License Sentinel is running');
    limitFileSize(program, 0);
    await program.whenLogged(({ msg }) => msg.startsWith('the check failed'));
    expect((await readiness()).status).toBe(503);
    await vi.waitFor(() => {
      const failure = watchdog.received.find(({ path }) => path === '/ping/fail');
      expect(failure?.body).toContain(
        'the store did not take the last write; the last check of prod could not be stored',
      );
    }, patience);

    await site.goDown();
    await site.comeBack();
    limitFileSize(program, 'unlimited');
    await vi.waitFor(() => expect(namesAt('/alerts')).toContain('expiring 30'), patience);
    expect(receiver.calls.items.length).toBeGreaterThan(0);
    await vi.waitFor(
      async () => expect(await readiness()).toMatchObject({ status: 200, reasons: [] }),
      patience,
    );
    const failures = () => watchdog.received.filter(({ path }) => path === '/ping/fail').length;
    const [before, well] = [failures(), watchdog.received.length];
    await watchdog.whenReceived(well + 2);
    expect(failures() - before).toBeLessThanOrEqual(1);
    expect(await program.stop()).toMatchObject({ code: 0 });
  });
});

describeWithFailingDisk('the disk of the store, when it turns read-only under way', () => {
  it.concurrent('is told as that, and after a restart nothing is missing', {
    timeout: 120_000,
  }, async ({ onTestFinished }) => {
    const disk = mountFailingDisk();
    onTestFinished(() => disk.remove());
    const { receiver, watchdog, site, start, readiness, namesAt, alertsAt } = await stage(onTestFinished, {
      store: join(disk.folder, 'store.db'),
    });
    const program = start();
    await receiver.calls.until(hasAlert('expiring 30'));
    disk.turnReadOnly();
    site.endsIn(14);
    const failed = await program.whenLogged(({ msg }) => msg.startsWith('the check failed'));
    expect(JSON.stringify(failed)).toMatch(/has become read-only/);
    expect(await readiness()).toMatchObject({ status: 503, reasons: ['the store cannot be written'] });
    await vi.waitFor(() => {
      const failure = watchdog.received.find(({ path }) => path === '/ping/fail');
      expect(failure?.body).toContain('the store did not take the last write');
    }, patience);
    // Nothing is sent that is not stored.
    expect(namesAt('/alerts')).not.toContain('expiring 14');
    expect(await program.stop()).toMatchObject({ code: 0 });
    expect(program.stdout()).not.toMatch(/disk of the store .* is full/);

    disk.repair();
    const next = start();
    await receiver.calls.until((calls) =>
      ['/hook', '/alerts'].every((path) =>
        hasAlert('expiring 14')(calls.filter((call) => call.path === path)),
      ),
    );
    await vi.waitFor(async () => expect(await readiness()).toMatchObject({ status: 200 }), patience);
    expect(await next.stop()).toMatchObject({ code: 0 });
    expect(aboutSites(namesAt('/alerts'))).toEqual(['expiring 30', 'shortened', 'expiring 14']);
    expect(alertsAt('/alerts')).toEqual(alertsAt('/hook'));
  });
});

it.concurrent('a damaged file is set aside and told, and the program runs', { timeout: 60_000 }, async ({
  onTestFinished,
}) => {
  const { folder, receiver, start, alertsAt } = await stage(onTestFinished);
  const before = start();
  await receiver.calls.until(hasAlert('expiring 30'));
  await before.stop();
  const path = join(folder, 'store.db');
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096 * 3, 4096 * 6);
  writeFileSync(path, bytes);

  const program = start();
  await receiver.calls.until(hasAlert('store-replaced'));
  await program.whenLogged(({ msg }) => msg === 'site checked');
  const aside = readdirSync(folder).find((name) => name.includes('.corrupt-'))!;
  expect(readFileSync(join(folder, aside)).equals(bytes)).toBe(true);
  expect(alertsAt('/hook').find(({ kind }) => kind === 'store-replaced')).toMatchObject({
    severity: 'critical',
    text: expect.stringMatching(new RegExp(`${aside}.*Check the disk`)),
  });
  expect(await program.stop()).toMatchObject({ code: 0 });
  expect(await readStore(folder, (store) => store.siteRecords())).toHaveLength(1);
});

it.concurrent('a file that is removed under way is told, goes on, and is there again after a restart', {
  timeout: 90_000,
}, async ({ onTestFinished }) => {
  const { folder, receiver, site, start, alertsAt, namesAt } = await stage(onTestFinished);
  const before = start();
  await receiver.calls.until(hasAlert('expiring 30'));
  for (const name of ['store.db', 'store.db-wal']) rmSync(join(folder, name));
  await receiver.calls.until(hasAlert('store-gone'));
  site.endsIn(14);
  await receiver.calls.until(hasAlert('expiring 14'));
  expect(await before.stop()).toMatchObject({ code: 0 });

  const program = start();
  site.endsIn(7);
  await receiver.calls.until((calls) =>
    ['/hook', '/alerts'].every((path) => hasAlert('expiring 7')(calls.filter((call) => call.path === path))),
  );
  await program.stop();
  const expected = ['expiring 30', 'shortened', 'expiring 14', 'shortened', 'expiring 7'];
  expect(aboutSites(namesAt('/alerts'))).toEqual(expected);
  expect(alertsAt('/hook')).toEqual(alertsAt('/alerts'));
  expect(program.log.items.filter(({ level }) => level === 'error')).toEqual([]);
});

it.concurrent('a store that another process holds is not touched, and the message names the holder', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const { folder, receiver, site, start } = await stage(onTestFinished);
  const first = start();
  await receiver.calls.until(hasAlert('expiring 30'));
  const second = start();
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.stderr()).toContain(`in use by process ${first.pid}`);
  site.endsIn(14);
  await receiver.calls.until(hasAlert('expiring 14'));
  await first.kill9();

  const path = join(folder, 'store.db');
  const other = new DatabaseSync(path);
  onTestFinished(() => {
    if (other.isOpen) other.close();
  });
  other.exec('BEGIN IMMEDIATE');
  const third = start();
  expect(await third.ended).toEqual({ code: 1, signal: null });
  expect(third.stderr()).toMatch(/in use by .*Two services cannot share one store/);
  other.close();
  const last = start();
  site.endsIn(7);
  await receiver.calls.until(hasAlert('expiring 7'));
  await last.stop();
});

it.concurrent('a database of another program ends the program with a sentence, and keeps every byte', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const { folder, start } = await stage(onTestFinished);
  const path = join(folder, 'store.db');
  const theirs = new DatabaseSync(path);
  theirs.exec('CREATE TABLE theirs (x)');
  theirs.close();
  const bytes = readFileSync(path);
  const program = start();
  expect(await program.ended).toEqual({ code: 2, signal: null });
  expect(program.stderr()).toContain('database of another program and was left untouched');
  expect(readFileSync(path).equals(bytes)).toBe(true);
});
