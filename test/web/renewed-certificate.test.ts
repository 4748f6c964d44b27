/** A renewed certificate is served without a restart, over real TLS. */
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { expect, it, vi } from 'vitest';
import { silentLogger } from '../../src/platform/logger.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { makeTestCertificates, writeTestFiles } from '../servers/test-certificates.ts';
import { serve } from './served.ts';

const A_MINUTE_MS = 60_000;

/** The fingerprint of the certificate that is served, accepted by its authority. */
function servedTo(ca: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function served() {
  const [old, renewed] = [await makeTestCertificates(), await makeTestCertificates()];
  const tls = await writeTestFiles(old.server);
  const clock = new FakeClock();
  const [info, warn] = [vi.fn(), vi.fn()];
  const { port } = await serve({ tls }, { clock, logger: { ...silentLogger, info, warn } });
  const write = (name: 'cert' | 'key', text: string) => writeFile(tls[name], text);
  return { old, renewed, clock, info, warn, port, write };
}

it('serves the renewed certificate within a minute, and says so once', async () => {
  const { old, renewed, clock, info, port, write } = await served();
  const before = await servedTo(old.ca, port);
  await write('cert', renewed.server.cert);
  await write('key', renewed.server.key);
  await clock.advance(A_MINUTE_MS);
  await vi.waitFor(async () => expect(await servedTo(renewed.ca, port)).not.toBe(before));
  await clock.advance(A_MINUTE_MS);
  const renewals = () => info.mock.calls.filter(([, message]) => /renewed/.test(message as string));
  await vi.waitFor(() => expect(renewals()).toHaveLength(1));
  expect(renewals()[0]![0]).toMatchObject({ validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
});

it('keeps the old one while the files do not belong together or are gone, and says so', async () => {
  const { old, renewed, clock, warn, port, write } = await served();
  const before = await servedTo(old.ca, port);
  await write('cert', renewed.server.cert);
  await clock.advance(A_MINUTE_MS);
  expect(await servedTo(old.ca, port)).toBe(before);
  expect(warn).not.toHaveBeenCalled();
  for (let minutes = 0; minutes < 3; minutes += 1) {
    await clock.advance(A_MINUTE_MS);
    await servedTo(old.ca, port);
  }
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
  expect(warn.mock.calls[0]![1]).toMatch(/keeps its old certificate/);
  expect(await servedTo(old.ca, port)).toBe(before);
  await write('key', renewed.server.key);
  await clock.advance(A_MINUTE_MS);
  await vi.waitFor(async () => expect(await servedTo(renewed.ca, port)).not.toBe(before));
});
