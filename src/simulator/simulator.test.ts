import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/clock.ts';
import { signedLicense } from './license-text.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const KEY = 'abcdefghij012345';
const HEADERS = { 'x-qlik-xrfkey': KEY, 'x-qlik-user': 'UserDirectory=INTERNAL; UserId=sa_repository' };

let simulator: Simulator;
let agent: Agent;

beforeEach(async () => {
  simulator = await startSimulator({ clock: systemClock, prefix: 'jwt' });
  agent = new Agent({ connect: { ca: simulator.authority.pem, ...simulator.client } });
});

afterEach(async () => {
  await agent.destroy();
  await simulator.close();
});

async function get(port: number, path: string, headers: Record<string, string> = {}) {
  const answer = await request(`https://localhost:${port}${path}`, { dispatcher: agent, headers });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

describe('the simulated repository', () => {
  it('has no license until it gets one', async () => {
    const before = await get(simulator.port, `/qrs/license?xrfkey=${KEY}`, HEADERS);
    simulator.setLicense(signedLicense({ endDate: '2027-05-06' }));
    const after = await get(simulator.port, `/qrs/license?xrfkey=${KEY}`, HEADERS);

    expect(before).toMatchObject({ status: 200, text: 'null' });
    expect(JSON.parse(after.text)).toMatchObject({ schemaPath: 'License' });
  });

  it.each<[string, Record<string, string>, number]>([
    [`/qrs/license?xrfkey=${KEY}`, { 'x-qlik-user': HEADERS['x-qlik-user'] }, 400],
    ['/qrs/license', HEADERS, 400],
    ['/qrs/license?xrfkey=0123456789abcdef', HEADERS, 400],
    [`/qrs/license?xrfkey=${KEY}`, { 'x-qlik-xrfkey': KEY }, 403],
    [`/qrs/nothing?xrfkey=${KEY}`, HEADERS, 404],
    [`/qrs/about?xrfkey=${KEY}`, HEADERS, 200],
  ])('%s with %j is %d', async (path, headers, status) => {
    expect((await get(simulator.port, path, headers)).status).toBe(status);
  });

  it('lets nobody in without a client certificate', async () => {
    const stranger = new Agent({ connect: { ca: simulator.authority.pem } });

    await expect(request(`https://localhost:${simulator.port}/`, { dispatcher: stranger })).rejects.toThrow();
    await stranger.destroy();
  });
});

describe('the other services', () => {
  it('tell the product version directly and through the proxy', async () => {
    const direct = await get(simulator.versionPort, '/v1/systeminfo');
    const proxied = await get(simulator.proxyPort, `/jwt/api/about/v1/systeminfo?xrfkey=${KEY}`, {
      'x-qlik-xrfkey': KEY,
      authorization: 'Bearer simulated-jwt',
    });

    expect(JSON.parse(direct.text)).toMatchObject({ releaseLabel: 'May 2026 Patch 2' });
    expect(proxied.text).toBe(direct.text);
    expect((await get(simulator.versionPort, '/')).status).toBe(404);
  });

  it('open a session for a token, and take its cookie instead', async () => {
    const path = `/jwt/qrs/license?xrfkey=${KEY}`;
    const first = await get(simulator.proxyPort, path, { ...HEADERS, authorization: 'Bearer simulated-jwt' });
    const cookie = String(first.headers['set-cookie']).split(';')[0]!;
    const second = await get(simulator.proxyPort, path, { ...HEADERS, cookie });
    simulator.endSessions();
    const third = await get(simulator.proxyPort, path, { ...HEADERS, cookie });

    expect([first.status, second.status, third.status]).toEqual([200, 200, 401]);
    expect(simulator.counts().sessions).toBe(1);
  });
});

it('writes the certificates as the QMC exports them, the key for its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  await simulator.writeCertificates(folder);

  const client = new X509Certificate(await readFile(join(folder, 'client.pem')));
  const root = new X509Certificate(await readFile(join(folder, 'root.pem')));
  expect(client.subject).toBe('CN=QlikClient');
  expect(root.subject).toBe('CN=sense.example.com-CA');
  expect(client.verify(root.publicKey)).toBe(true);
  if (process.platform !== 'win32') {
    expect((await stat(join(folder, 'client_key.pem'))).mode & 0o777).toBe(0o600);
  }
  await rm(folder, { recursive: true });
});

it('answers late when told to, and counts what it saw', async () => {
  simulator.setBehavior({ kind: 'slow', ms: 5 });

  expect((await get(simulator.port, `/qrs/license?xrfkey=${KEY}`, HEADERS)).status).toBe(200);
  expect(simulator.counts()).toMatchObject({ handshakes: 1, requests: 1 });
  expect(simulator.seen()).toMatchObject([{ method: 'GET' }]);
});

it('closes although a request hangs, and says when a port is taken', async () => {
  const taken = startSimulator({ clock: systemClock, port: simulator.port });
  await expect(taken).rejects.toThrow(/EADDRINUSE/);

  simulator.setBehavior({ kind: 'hang' });
  const hanging = get(simulator.port, '/qrs/license');
  const settled = expect(hanging).rejects.toThrow();
  await simulator.close();
  await settled;
});
