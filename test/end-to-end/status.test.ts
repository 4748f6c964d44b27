/** `status`, and how commands find the service: running or not, with and without a page. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { makeTestCertificates } from '../servers/test-certificates.ts';
import { askedUntil, prepareService, statusOf } from './running-or-not.ts';

const long = { timeout: 60_000 };
type Status = Awaited<ReturnType<typeof statusOf>>;
const status = ['status', '-c', 'config.yaml'];
/** In the program that asks. */
const EVERY_NAME_IS_LOOPBACK =
  "--import=\"data:text/javascript,import%20dns%20from'node:dns';const{lookup}=dns;dns.lookup=(_,...rest)=>lookup('127.0.0.1',...rest)\"";
const token = 'a-token-that-is-long-enough';
const auth = { tokens: [{ name: 'script', secret: token, role: 'read' }] };

describe('status', () => {
  it.concurrent(
    'asks the service that runs, and its store once it does not',
    long,
    async ({ onTestFinished }) => {
      const service = await prepareService(onTestFinished);
      const program = await service.start();
      const running = await statusOf(service);
      expect(running).toMatchObject({
        code: 0,
        source: { kind: 'service', url: `http://127.0.0.1:${service.port}/`, store: null, hasRun: true },
        sites: [{ name: 'prod', state: 'valid', daysLeft: 200, reachable: true }],
        lanes: [],
      });
      expect(running.sites[0]!['nextCheckAt']).not.toBeNull();
      const text = await service.ask(status);
      expect(text.stdout).toMatch(
        new RegExp(`^From the running service at http://127.0.0.1:${service.port}/ \\(version`),
      );
      expect(text.stdout).toMatch(/^ok +prod +valid +200 +\d{4}-\d\d-\d\d/m);
      expect(text.stdout.split('\n').every((line) => line.length <= 80)).toBe(true);

      await program.stop();
      expect(await statusOf(service)).toMatchObject({
        // Nobody watches.
        code: 1,
        source: { kind: 'store', url: null, store: join(service.folder, 'store.db'), hasRun: true },
        sites: [{ name: 'prod', state: 'valid', daysLeft: 200, nextCheckAt: null }],
      });
      expect((await service.ask(status)).stdout).toMatch(/^From the store file/);
    },
  );

  it.concurrent('tells in its exit code how bad it is', long, async ({ onTestFinished }) => {
    const service = await prepareService(onTestFinished, 30);
    await service.start();
    const codeWhen = async (state: string) => {
      const passes = ({ sites }: Status) => sites[0]!['state'] === state;
      return (await askedUntil(() => statusOf(service), passes)).code;
    };
    expect(await codeWhen('expiring')).toBe(1);
    service.site.expires();
    expect(await codeWhen('expired')).toBe(2);
    service.site.endsIn(300);
    expect(await codeWhen('valid')).toBe(0);
    expect(await statusOf(service, '--site', 'prod')).toMatchObject({ code: 0, lanes: null });
    const unknown = await service.ask([...status, '--site', 'nobody']);
    expect(unknown).toEqual({ code: 3, stdout: '', stderr: 'There is no site "nobody". There are: prod\n' });
  });

  it.concurrent('of a service that never ran makes no file', long, async ({ onTestFinished }) => {
    const service = await prepareService(onTestFinished);
    const before = await readdir(service.folder);
    expect(await statusOf(service)).toMatchObject({
      code: 3,
      source: { kind: 'store', hasRun: false },
      sites: [{ name: 'prod', state: null, lastCheckedAt: null }],
    });
    expect((await service.ask(status)).stdout).toMatch(/^There is no store file .*never run/s);
    expect(await readdir(service.folder)).toEqual(before);
  });

  it.concurrent('says why a service without a page cannot be asked', long, async ({ onTestFinished }) => {
    const service = await prepareService(onTestFinished);
    await service.configure({ web: false });
    const program = await service.start();
    const asked = await service.ask(status);
    expect(asked).toMatchObject({ code: 3, stdout: '' });
    expect(asked.stderr).toMatch(
      /^The service runs \(process \d+ holds its store .*store\.db\).*`web: false`/,
    );
    await program.stop();
    expect(await statusOf(service)).toMatchObject({ code: 1, source: { kind: 'store' } });
  });

  it.concurrent(
    'says when the service is not where the configuration says, and finds it by --url',
    long,
    async ({ onTestFinished }) => {
      const service = await prepareService(onTestFinished);
      await service.start();
      await service.configure({ web: { listen: '127.0.0.1:1' } });
      const asked = await service.ask(status);
      expect(asked).toMatchObject({ code: 3, stdout: '' });
      expect(asked.stderr).toMatch(
        /holds its store.*cannot be asked at http:\/\/127\.0\.0\.1:1\/: nothing listens there/,
      );
      const url = `http://127.0.0.1:${service.port}`;
      expect(await service.ask(['status', '--url', url])).toMatchObject({ code: 0, stderr: '' });

      const refused = async (...args: string[]) => {
        const { code, stderr } = await service.ask(['status', ...args]);
        expect(code).toBe(3);
        return stderr;
      };
      const strange = await service.ask(['status', '--url', `http://sentinel.test:${service.port}`], {
        NODE_OPTIONS: EVERY_NAME_IS_LOOPBACK,
      });
      expect(strange).toMatchObject({ code: 3, stderr: expect.stringMatching(/by this name.*`web\.hosts`/) });
      expect(await refused('--url', `${url}/licenses`)).toMatch(/no License Sentinel .*404.*basePath/);
      expect(await refused('--url', 'http://127.0.0.1:1')).toMatch(/nothing listens there/);
      expect(await refused('--url', `https://127.0.0.1:${service.port}`)).toMatch(/http or https/);
      expect(await refused('--url', 'nonsense')).toMatch(/--url takes an address/);
      expect(await refused()).toMatch(/--config FILE, or --url ADDRESS/);
    },
  );

  it.concurrent(
    'does not take another service at the address for its own',
    long,
    async ({ onTestFinished }) => {
      const other = await prepareService(onTestFinished);
      await other.start();
      await other.configure({ store: './ours.db' });
      expect(await statusOf(other)).toMatchObject({ source: { kind: 'store', hasRun: false }, code: 3 });
      expect((await other.ask(status)).stdout.replaceAll('\n', ' ')).toMatch(
        /Another License Sentinel answers at .*; it uses another store\./,
      );
      // It runs, but the other one has the port.
      const ours = await other.start();
      const asked = await other.ask(status);
      expect(asked.code).toBe(3);
      expect(asked.stderr).toMatch(/another License Sentinel answers \(process \d+\).*web\.listen/);
      await ours.stop();
    },
  );

  it.concurrent(
    'shows a token where one is asked for, and says which is missing',
    long,
    async ({ onTestFinished }) => {
      const service = await prepareService(onTestFinished);
      await service.configure({ web: { listen: `127.0.0.1:${service.port}`, auth, basePath: '/licenses' } });
      await service.start();
      const without = await service.ask(status);
      expect(without).toMatchObject({ code: 3, stdout: '' });
      expect(without.stderr).toMatch(/holds its store.*asks for a login.*LICENSE_SENTINEL_TOKEN/);
      const wrong = await service.ask([...status, '--token', 'wrong-token-0815']);
      expect(wrong.code).toBe(3);
      expect(wrong.stderr).toMatch(/does not know this token/);
      expect(wrong.stderr).not.toContain('0815');
      expect((await service.ask([...status, '--token', token])).code).toBe(0);
      const named = await service.ask(status, { LICENSE_SENTINEL_TOKEN: token });
      expect(named).toMatchObject({ code: 0, stderr: '' });
      expect(named.stdout).toContain(`http://127.0.0.1:${service.port}/licenses/`);
    },
  );

  it.concurrent(
    'knows its own service by the certificate of the configuration, and others by --ca',
    long,
    async ({ onTestFinished }) => {
      const service = await prepareService(onTestFinished);
      const [ours, theirs] = [await makeTestCertificates(), await makeTestCertificates()];
      const write = (name: string, text: string) => writeFile(join(service.folder, name), text);
      await write('web.pem', ours.server.cert);
      await write('web.key', ours.server.key);
      await write('ca.pem', ours.ca);
      await write('other.pem', theirs.server.cert);
      const tls = { cert: 'web.pem', key: 'web.key' };
      await service.configure({ web: { listen: `0.0.0.0:${service.port}`, auth, tls } });
      await service.start();
      const asToken = { LICENSE_SENTINEL_TOKEN: token };
      expect(await service.ask(status, asToken)).toMatchObject({ code: 0, stderr: '' });
      const url = `https://localhost:${service.port}`;
      expect(await service.ask(['status', '--url', url, '--ca', 'ca.pem'], asToken)).toMatchObject({
        code: 0,
      });

      const unknown = await service.ask(['status', '--url', url], asToken);
      expect(unknown.code).toBe(3);
      expect(unknown.stderr).toMatch(/certificate is not accepted.*--ca/);
      expect((await service.ask(['status', '--url', url, '--ca', 'none.pem'])).stderr).toMatch(
        /Cannot read the certificate none\.pem \(ENOENT\)/,
      );
      await service.configure({
        web: { listen: `0.0.0.0:${service.port}`, auth, tls: { ...tls, cert: 'other.pem' } },
      });
      const stranger = await service.ask(status, asToken);
      expect(stranger.code).toBe(3);
      expect(stranger.stderr).toMatch(/holds its store.*certificate is not accepted.*within a minute/);
    },
  );

  it.concurrent(
    'does not ask its own service for a name in the certificate',
    long,
    async ({ onTestFinished }) => {
      const service = await prepareService(onTestFinished);
      const { client } = await makeTestCertificates();
      await writeFile(join(service.folder, 'nameless.pem'), client.cert);
      await writeFile(join(service.folder, 'nameless.key'), client.key);
      const tls = { cert: 'nameless.pem', key: 'nameless.key' };
      await service.configure({ web: { listen: `127.0.0.1:${service.port}`, tls } });
      await service.start();
      expect(await service.ask(status)).toMatchObject({ code: 0, stderr: '' });
      const url = `https://127.0.0.1:${service.port}`;
      const named = await service.ask(['status', '--url', url, '--ca', 'nameless.pem']);
      expect(named.stderr).toMatch(/certificate is not accepted/);
    },
  );

  it.concurrent('leaves a store that is too new, or damaged, as it is', long, async ({ onTestFinished }) => {
    const service = await prepareService(onTestFinished);
    const program = await service.start();
    await program.stop();
    const path = join(service.folder, 'store.db');
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    const newer = await service.ask(status);
    expect(newer).toMatchObject({ code: 3, stdout: '' });
    expect(newer.stderr).toMatch(/has format 99.*newer version/);

    await writeFile(path, 'This is not a database. '.repeat(1000));
    const files = await readdir(service.folder);
    for (const args of [status, ['outbox', 'retry', 'hook', '1', '-c', 'config.yaml']]) {
      const broken = await service.ask(args);
      expect(broken).toMatchObject({ code: args === status ? 3 : 2, stdout: '' });
      expect(broken.stderr).toMatch(/is damaged\. Nothing was changed/);
    }
    expect(await readdir(service.folder)).toEqual(files);
    expect(await readFile(path, 'utf8')).toContain('This is not a database.');
  });
});
