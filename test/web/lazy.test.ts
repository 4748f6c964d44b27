/** The application is there when the first request comes, whatever happens meanwhile. */
import { lookup } from 'node:dns/promises';
import { request as ask } from 'node:http';
import { expect, it, vi } from 'vitest';
import { buildApplication } from '../../src/web/application.ts';
import { openDoor } from '../../src/web/door.ts';
import { openLazily } from '../../src/web/lazy-application.ts';
import { usualPatience } from '../../src/web/server.ts';
import { startRig } from './rig.ts';
import { raw, serve } from './served.ts';

it('answers all requests that come while it is being loaded', async () => {
  const { url } = await serve();
  const answers = await Promise.all(
    ['healthz', 'metrics', 'api/v1/overview', 'healthz'].map((path) => fetch(`${url}${path}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

it('stops while it is being loaded', async () => {
  const { url, web } = await serve();
  const asked = ask(`${url}healthz`);
  const ended = new Promise((resolve) => asked.once('error', resolve).once('response', resolve));
  await new Promise<void>((resolve) => asked.end(() => resolve()));
  await web.stop();
  await ended;
  await expect(fetch(`${url}healthz`)).rejects.toThrow();
});

it('says so where it cannot be loaded, and tries again with the next request', async (test) => {
  const rig = await startRig();
  const error = vi.fn();
  let times = 0;
  const application = openLazily({ ...rig.parts, logger: { ...rig.parts.logger, error } }, async (parts) => {
    times += 1;
    if (times === 1) throw new Error('Cannot find module');
    return buildApplication(parts);
  });
  const door = await openDoor({
    host: '127.0.0.1',
    port: 0,
    pair: undefined,
    patience: usualPatience,
    answer: application.answer,
  });
  test.onTestFinished(async () => {
    await door.close();
    await application.close();
    await rig.close();
  });
  const refused = await fetch(`${door.url}/healthz`);
  expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'unloadable' } }]);
  expect(error.mock.calls[0]?.[1]).toMatch(/restart the service.*alerts are sent all the same/);
  expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
  expect(error).toHaveBeenCalledTimes(1);
});

it('is at every address that localhost has', async () => {
  const { port, url } = await serve({ listen: 'localhost:0' });
  expect(url).toBe(`http://localhost:${port}/`);
  for (const { address, family } of await lookup('localhost', { all: true })) {
    const host = family === 6 ? `[${address}]` : address;
    expect((await fetch(`http://${host}:${port}/healthz`)).status).toBe(200);
  }
});

it('refuses what is no request in the form of every other error, and repeats nothing of it', async () => {
  const { port } = await serve();
  const answer = await raw(port, 'planted-nonsense\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('{"error":{"code":"bad-request",');
  expect(answer).not.toContain('planted');
});
