/** The product version over real TLS. What is the same as for the license is tested there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Behavior } from '../simulator/behavior.ts';
import { createAuthority } from '../simulator/certificate-authority.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { openSenseSite } from './connection.ts';
import type { SenseSite, VersionAnswer } from './site.ts';
import { SiteSection } from './site-section.ts';

const never = new AbortController().signal;
let folder: string;
let simulator: Simulator;
let sites: SenseSite[];
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'version-'));
  simulator = await startSimulator({ clock: systemClock });
  await simulator.writeCertificates(folder);
  sites = [];
  warnings = [];
});

afterEach(async () => {
  await Promise.all(sites.map((site) => site.close()));
  await simulator.close();
  await rm(folder, { recursive: true });
});

const ignore = () => undefined;
const logger: Logger = {
  debug: ignore,
  info: ignore,
  warn: (_: object, text: string) => void warnings.push(text),
  error: ignore,
};

function siteOf(change: Record<string, unknown> = {}): SenseSite {
  const { port, versionPort } = simulator;
  const host = change['hosts'] === undefined ? { host: '127.0.0.1' } : {};
  const section = { name: 'prod', ...host, port, versionPort, certificates: folder, ...change };
  const site = openSenseSite(SiteSection.parse(section), {
    clock: systemClock,
    logger,
    newKey: () => 'abcdefghij012345',
  });
  sites.push(site);
  return site;
}

const fetchVersion = (change?: Record<string, unknown>): Promise<VersionAnswer> =>
  siteOf(change).fetchVersion(never);

const may = { version: '14.254.6', releaseLabel: 'May 2026 Patch 2', repositoryVersion: null };
const build = { version: null, releaseLabel: null, repositoryVersion: '38.35.0.0', source: 'repository' };

describe('the version', () => {
  it("comes from the About service over TLS verified with Sense's CA, by the certificate alone", async () => {
    expect(await fetchVersion()).toMatchObject({
      kind: 'version',
      host: '127.0.0.1',
      missed: null,
      version: { ...may, source: 'about-service' },
    });
    const [request] = simulator.seen();
    expect(simulator.seen()).toHaveLength(1);
    expect(request).toMatchObject({ method: 'GET', url: '/v1/systeminfo' });
    expect(Object.keys(request!.headers)).not.toEqual(expect.arrayContaining(['x-qlik-user']));
    expect(Object.keys(request!.headers)).not.toEqual(expect.arrayContaining(['x-qlik-xrfkey']));
  });

  it('comes through the proxy where there is one, with the token', async () => {
    const proxy = { jwt: 'simulated-jwt', port: simulator.proxyPort };
    expect(await fetchVersion({ proxy, certificates: { ca: join(folder, 'root.pem') } })).toMatchObject({
      kind: 'version',
      version: { ...may, source: 'proxy' },
    });
    expect(simulator.seen().map(({ url }) => url)).toEqual([
      '/api/about/v1/systeminfo?xrfkey=abcdefghij012345',
    ]);
  });

  it('is left out field by field, not in whole, and never the text "undefined"', async () => {
    simulator.setVersion({ contentHash: undefined, senseId: null, copyrightYearRange: 7 });
    const answer = await fetchVersion();
    expect(answer).toMatchObject({
      version: { ...may, contentHash: null, senseId: null, copyrightYearRange: null },
    });
    expect(JSON.stringify(answer)).not.toContain('undefined');
  });

  it('is asked of its own host, where it has one', async () => {
    const version = { host: '127.0.0.1' };
    expect(await fetchVersion({ hosts: ['nobody.invalid'], version })).toMatchObject({ kind: 'version' });
  });

  it('comes from the next host when the first is not there', async () => {
    const hosts = [`${'x'.repeat(64)}.invalid`, '127.0.0.1'];
    expect(await fetchVersion({ hosts })).toMatchObject({ kind: 'version', host: '127.0.0.1' });
  });
});

describe('without the About service', () => {
  it('the build of the repository is told as such, and why', async () => {
    await simulator.closeVersionPort();
    expect(await fetchVersion()).toMatchObject({
      kind: 'version',
      version: build,
      missed: { reason: 'refused', detail: expect.stringContaining('Is the About service running') },
    });
  });

  it.each<[string, Behavior]>([
    ['server-error', { kind: 'status', status: 503 }],
    ['unauthorized', { kind: 'status', status: 401 }],
    ['forbidden', { kind: 'status', status: 403 }],
    ['not-found', { kind: 'status', status: 404 }],
    ['unexpected-status', { kind: 'status', status: 418 }],
    ['redirected', { kind: 'redirect' }],
    ['not-json', { kind: 'html' }],
    ['not-json', { kind: 'truncated' }],
    ['too-large', { kind: 'huge' }],
    ['not-a-version', { kind: 'raw', status: 200, contentType: 'application/json', body: '{"serial":"1"}' }],
    ['not-a-version', { kind: 'raw', status: 200, contentType: 'application/json', body: 'null' }],
    ['timeout', { kind: 'hang' }],
  ])('%s after %j', async (reason, behavior) => {
    simulator.setVersionBehavior(behavior);
    const answer = await fetchVersion({ timeout: '1 s' });
    expect(answer).toMatchObject({ kind: 'version', version: build, missed: { reason } });
    expect(answer.kind === 'version' && answer.missed?.detail).toMatch(/127\.0\.0\.1:\d+/);
    expect(JSON.stringify(answer)).not.toMatch(/license/);
  });

  it('nor the repository, the reason is that of the About service', async () => {
    await simulator.close();
    expect(await fetchVersion()).toMatchObject({ kind: 'failed', reason: 'refused', host: '127.0.0.1' });
  });

  it('a hanging answer does not hold up the license', async () => {
    simulator.setVersionBehavior({ kind: 'hang' });
    const site = siteOf();
    const stop = new AbortController();
    const hanging = site.fetchVersion(stop.signal);
    expect((await site.fetchLicense(never)).kind).toBe('license');
    stop.abort();
    expect(await hanging).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });
});

describe('the identity of the About service', () => {
  const withStrangersCa = async () => {
    const day = 86_400_000;
    const dates = { from: new Date(Date.now() - day), to: new Date(Date.now() + day) };
    await writeFile(join(folder, 'root.pem'), (await createAuthority('stranger', dates)).pem);
  };

  it('is checked', async () => {
    await withStrangersCa();
    expect(await fetchVersion()).toMatchObject({ kind: 'failed', reason: 'tls-untrusted' });
  });

  it('is not when that is said, which is loud, and holds for the version only', async () => {
    await withStrangersCa();
    const site = siteOf({ version: { verify: false } });
    expect(await site.fetchVersion(never)).toMatchObject({ version: { ...may, source: 'about-service' } });
    expect(await site.fetchLicense(never)).toMatchObject({ reason: 'tls-untrusted' });
    expect(warnings).toEqual([expect.stringContaining('version.verify: false')]);
  });
});
