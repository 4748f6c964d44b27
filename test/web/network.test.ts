/** What needs real sockets: events, files, a port that is taken, stopping. */

import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../src/platform/logger.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { reading } from '../fakes/readings.ts';
import { storeCheck } from './rig.ts';
import { raw, serve } from './served.ts';

async function readEvents(url: string) {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const answer = await fetch(new URL('api/v1/events', url), { signal: ending.signal });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (part: string) => {
    while (!text.includes(part)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended: ${text}`);
      text += value;
    }
    return text;
  };
  return { answer, until, close: () => ending.abort() };
}

it('tells open pages what was stored, and those that come back to read anew', async () => {
  const { url, options } = await serve();
  const first = await readEvents(url);
  expect(first.answer.headers.get('content-type')).toBe('text/event-stream');
  await first.until('event: changed\ndata: {"site":null}\n\n');
  await storeCheck(options.watched, Date.now(), 'prod', reading());
  await first.until('event: changed\ndata: {"site":"prod"}\n\n');
  first.close();
  const second = await readEvents(url);
  await second.until('{"site":null}');
});

it('stops at once, however many pages are open', async () => {
  const { url, web } = await serve();
  const open = await readEvents(url);
  await open.until('changed');
  const startedMs = performance.now();
  await web.stop();
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await expect(fetch(url)).rejects.toThrow();
});

it('goes on without a page where the port is taken, says so, and serves it once it is free', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const error = vi.fn();
  const clock = new FakeClock();
  const { web } = await serve({ listen: `127.0.0.1:${port}` }, { clock, logger: { ...silentLogger, error } });
  expect(web.url()).toBeUndefined();
  expect(error.mock.calls[0]?.[1]).toMatch(/another program has the port.*alerts are sent all the same/);
  taken.close();
  await once(taken, 'close');
  await clock.advance(31_000);
  await vi.waitFor(() => expect(web.url()).toBe(`http://127.0.0.1:${port}/`));
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});

it('serves the files of the page and nothing outside, below the base path', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<title>page</title>');
  await writeFile(join(page, 'assets', 'main-1a2b3c4d.js'), '1;');
  await writeFile(join(folder, 'secret.txt'), 'planted');
  const { url } = await serve({ basePath: '/licenses' }, { pageFolders: [page] });
  expect(url).toMatch(/\/licenses\/$/);
  const get = (path: string, accept = '*/*') =>
    fetch(new URL(path, url), { headers: { accept }, redirect: 'manual' });

  expect(await (await get('')).text()).toContain('page');
  // The page finds its files beside itself, so at a deeper address it would be blank.
  expect((await get('sites/prod', 'text/html')).headers.get('location')).toBe('/licenses/');
  expect((await get('sites/prod')).status).toBe(404);
  const script = await get('assets/main-1a2b3c4d.js');
  expect(script.headers.get('content-type')).toContain('text/javascript');
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect((await get('/licenses')).headers.get('location')).toBe('/licenses/');
  expect((await get('/api/v1/overview')).status).toBe(404);
  expect((await get('api/v1/overview')).status).toBe(200);

  const { port } = new URL(url);
  for (const path of [
    '/licenses/../secret.txt',
    '/licenses/..%2fsecret.txt',
    '/licenses/%2e%2e/secret.txt',
    '//secret.txt',
  ]) {
    expect(
      await raw(Number(port), `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`),
    ).not.toContain('planted');
  }
});

it('refuses headers that are too long', async () => {
  const { url } = await serve();
  const long = `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`;
  expect(await raw(Number(new URL(url).port), long)).toMatch(/^HTTP\/1\.1 431/);
});
