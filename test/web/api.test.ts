/** Every route, against its own description. */
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it, onTestFinished } from 'vitest';
import { payloadOf } from '../../src/delivery/payload.ts';
import type { Stall } from '../../src/liveness/liveness.ts';
import { idleLane } from '../../src/store/store.ts';
import { operations } from '../../src/web/openapi.ts';
import { WebSection } from '../../src/web/web-section.ts';
import { alertMessage, routed } from '../fakes/messages.ts';
import { reading } from '../fakes/readings.ts';
import { type Rig, startRig } from './rig.ts';

async function filledRig(...arguments_: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...arguments_);
  onTestFinished(() => rig.close());
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  await rig.clock.advance(60_000);
  await rig.check('prod', null);
  const { store } = rig.watched;
  const at = rig.clock.now().getTime();
  for (const [index, id] of ['delivered', 'dead', 'dead-too'].entries()) {
    await store.enqueue([routed(alertMessage({ id }), 'oncall')], at + index);
  }
  const rows = await store.nextRows('oncall', 10);
  await store.settle({
    destination: 'oncall',
    at,
    lane: { ...idleLane, lastAcceptedAt: at, lastFailure: { at, reason: 'refused', detail: 'HTTP 400' } },
    messages: [],
    settlements: rows.map(({ seq, message }) => ({
      seq,
      result:
        message.id === 'delivered'
          ? { kind: 'accepted' as const }
          : { kind: 'dead' as const, reason: 'refused', detail: 'HTTP 400' },
    })),
  });
  return rig;
}

const send = (
  rig: Rig,
  method: 'POST' | 'DELETE' | 'PUT',
  url: string,
  headers: Record<string, string> = {},
  payload?: object,
) =>
  rig.app.inject({
    method,
    url,
    headers: { host: 'localhost:8080', ...headers },
    ...(payload !== undefined && { payload }),
  });

const acknowledgement = { by: 'Anna', why: 'the renewal is ordered', until: 'next-rung' };

it('has a valid OpenAPI 3.1 description, and answers as it says', async () => {
  const rig = await filledRig();
  const document = (await rig.get('/api/v1/openapi.json')).json<Record<string, never>>();
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);

  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...document });
  const answersJson = operations.filter(({ answers }) => typeof answers === 'string');
  for (const { method, path, answers, takes } of answersJson) {
    const [letter] = (await rig.watched.store.deadLetters({ limit: 1000 })).toReversed();
    const url = path
      .replace('{name}', 'prod')
      .replace('{destination}', 'oncall')
      .replace('{seq}', String(letter?.seq));
    const answer =
      method === 'get'
        ? await rig.get(url)
        : await send(rig, method.toUpperCase() as 'POST', url, {}, takes && acknowledgement);
    expect([200, 503], url).toContain(answer.statusCode);
    const validate = ajv.compile({ $ref: `api#/components/schemas/${answers as string}` });
    expect(validate(answer.json()), `${url} ${JSON.stringify(validate.errors)}`).toBe(true);
  }
});

it('describes every other answer, too: errors, and that nothing changed', async () => {
  const rig = await filledRig();
  const { paths, components } = (await rig.get('/api/v1/openapi.json')).json<{
    paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
    components: object;
  }>();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', components });
  const isError = ajv.compile({ $ref: 'api#/components/schemas/ApiError' });
  const expectDescribed = (path: string, method: string, answer: { statusCode: number; body: string }) => {
    const { responses } = paths[path]![method]!;
    const described = responses[String(answer.statusCode)] ?? responses['default'];
    expect(described, `${method} ${path} ${answer.statusCode}`).toBeDefined();
    if (answer.statusCode === 304) expect([described?.content, answer.body]).toEqual([undefined, '']);
    else expect(isError(JSON.parse(answer.body)), answer.body).toBe(true);
  };

  for (const path of ['/api/v1/overview', '/api/v1/sites', '/api/v1/deliveries', '/calendar.ics']) {
    const etag = (await rig.get(path)).headers.etag as string;
    expectDescribed(path, 'get', await rig.get(path, { 'if-none-match': etag }));
    expect(paths[path]!['get']!.responses).toHaveProperty(['304']);
    expectDescribed(path, 'get', await rig.get(path, { host: 'evil.test' }));
  }
  const acknowledge = '/api/v1/sites/{name}/acknowledgement';
  const big = { ...acknowledgement, why: 'x'.repeat(20_000) };
  for (const [headers, payload] of [
    [{}, big],
    [{ 'content-type': 'application/xml' }, acknowledgement],
    [{ origin: 'http://evil.test' }, acknowledgement],
  ] as const) {
    const answer = await send(rig, 'POST', acknowledge.replace('{name}', 'prod'), headers, payload);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expectDescribed(acknowledge, 'post', answer);
  }
  await rig.watched.store.close();
  for (const [path, method] of [
    ['/api/v1/dead-letters/{destination}/{seq}/retry', 'post'],
    ['/api/v1/dead-letters/{destination}/{seq}', 'delete'],
  ] as const) {
    const url = path.replace('{destination}', 'oncall').replace('{seq}', '2');
    const answer = await send(rig, method.toUpperCase() as 'POST', url);
    expect(answer.statusCode).toBe(503);
    expect(paths[path]![method]!.responses).toHaveProperty(['503']);
    expectDescribed(path, method, answer);
  }
});

it('answers HEAD with the ETag of GET', async () => {
  const rig = await filledRig();
  for (const url of ['/api/v1/overview', '/api/v1/deliveries', '/calendar.ics', '/badge/prod.svg']) {
    const { etag } = (await rig.get(url)).headers;
    const head = await rig.app.inject({ method: 'HEAD', url, headers: { host: 'localhost:8080' } });
    expect([head.statusCode, head.headers.etag, head.body], url).toEqual([200, etag, '']);
  }
});

it('is described by docs/api.md, every route and nothing else', () => {
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const described = [...page.matchAll(/^\| `(GET|POST|DELETE) (\/[^`?]*)/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const served = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(described.sort()).toEqual([...served, 'GET /api/v1/openapi.json'].sort());
});

it('serves every route that it describes', async () => {
  const rig = await filledRig();
  for (const { method, path } of operations.filter(({ path: one }) => one !== '/api/v1/events')) {
    const url = path
      .replace('{name}', 'prod')
      .replace('{site}', 'prod')
      .replace('{destination}', 'x')
      .replace('{seq}', '1');
    const answer =
      method === 'get' ? await rig.get(url) : await send(rig, method.toUpperCase() as 'POST', url);
    expect(answer.body).not.toContain('not-found');
  }
});

it('sends an answer again only when something changed', async () => {
  const rig = await filledRig();
  const first = await rig.get('/api/v1/overview');
  const etag = first.headers.etag as string;
  const same = await rig.get('/api/v1/overview', { 'if-none-match': etag });
  expect([same.statusCode, same.body]).toEqual([304, '']);
  expect((await rig.get('/api/v1/overview', { 'if-none-match': '*' })).statusCode).toBe(304);
  await rig.clock.advance(1_000);
  await rig.check('test', reading());
  expect((await rig.get('/api/v1/overview', { 'if-none-match': etag })).statusCode).toBe(200);
});

it('lists dead letters, and tries again or drops each on demand', async () => {
  const rig = await filledRig();
  const before = (await rig.get('/api/v1/deliveries')).json<{
    deadLetters: { seq: number }[];
    lanes: object[];
  }>();
  expect(before.lanes).toMatchObject([
    { name: 'oncall', kind: 'webhook', state: 'working', deadLetters: 2, lastFailure: { reason: 'refused' } },
  ]);
  const [newest, oldest] = before.deadLetters.map(({ seq }) => seq) as [number, number];
  expect((await send(rig, 'POST', `/api/v1/dead-letters/oncall/${oldest}/retry`)).json()).toEqual({
    done: true,
  });
  expect((await send(rig, 'DELETE', `/api/v1/dead-letters/oncall/${newest}`)).json()).toEqual({ done: true });
  expect((await send(rig, 'DELETE', `/api/v1/dead-letters/oncall/${newest}`)).statusCode).toBe(404);
  const after = (await rig.get('/api/v1/deliveries')).json();
  expect(after).toMatchObject({ deadLetters: [], lanes: [{ waiting: 1 }] });
});

it('shows what waits and what is dead in pages, in order, and each message whole', async () => {
  const rig = await filledRig();
  const { store } = rig.watched;
  const at = rig.clock.now().getTime();
  const said = { by: 'Anna', why: 'ordered', at, until: 'next-rung', coversExpiredAndBlocked: false };
  const two = alertMessage({ id: 'two', acknowledgement: said });
  for (const message of [alertMessage({ id: 'one' }), two, alertMessage({ id: 'three' })]) {
    await store.enqueue([routed(message, 'oncall')], at);
  }
  const idsOf = async (url: string) => {
    const { items, next } = (await rig.get(url)).json<{ items: { id: string }[]; next: string | null }>();
    return { ids: items.map(({ id }) => id), next };
  };
  const first = await idsOf('/api/v1/waiting/oncall?limit=2');
  expect(first.ids).toEqual(['one', 'two']);
  expect(await idsOf(`/api/v1/waiting/oncall?limit=2&after=${first.next}`)).toEqual({
    ids: ['three'],
    next: null,
  });
  const dead = await idsOf('/api/v1/dead-letters/oncall?limit=1');
  expect(dead.ids).toEqual(['dead']);
  expect((await idsOf(`/api/v1/dead-letters/oncall?after=${dead.next}`)).ids).toEqual(['dead-too']);

  const letter = (await rig.get(`/api/v1/messages/oncall/${dead.next}`)).json();
  expect(letter).toMatchObject({
    fate: 'dead',
    enqueuedAt: null,
    failure: { at: new Date(at).toISOString(), reason: 'refused', detail: 'HTTP 400' },
    lane: { name: 'oncall', waiting: 3 },
    payload: payloadOf(alertMessage({ id: 'dead' })),
  });
  expect(letter.points).toEqual(
    alertMessage().points.map((point) => ({ ...point, at: new Date(point.at).toISOString() })),
  );
  const waiting = (await rig.get(`/api/v1/messages/oncall/${first.next}`)).json();
  expect(waiting).toMatchObject({ fate: 'waiting', failure: null, payload: payloadOf(two) });
});

it('says which destination or message is not there, and takes no nonsense', async () => {
  const rig = await filledRig();
  const codeAt = async (path: string) => {
    const answer = await rig.get(`/api/v1/${path}`);
    return [answer.statusCode, answer.json<{ error?: { code: string } }>().error?.code];
  };
  expect(await codeAt('waiting/nobody')).toEqual([404, 'unknown-destination']);
  expect(await codeAt('dead-letters/nobody')).toEqual([404, 'unknown-destination']);
  expect(await codeAt('waiting/oncall')).toEqual([200, undefined]);
  for (const seq of [0, 1, 999_999]) {
    expect(await codeAt(`messages/oncall/${seq}`)).toEqual([404, 'unknown-message']);
  }
  for (const query of ['limit=0', 'limit=501', 'after=x', 'after=-1']) {
    expect(await codeAt(`waiting/oncall?${query}`)).toEqual([400, 'bad-request']);
  }
});

it.each([
  [{ origin: 'http://evil.test' }],
  [{ origin: 'null' }],
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site' }],
])('takes no change from another page: %j', async (headers) => {
  const rig = await filledRig();
  const answer = await send(rig, 'POST', '/api/v1/dead-letters/oncall/1/retry', headers as never);
  expect([answer.statusCode, answer.json()]).toMatchObject([403, { error: { code: 'other-origin' } }]);
});

it('says in JSON what is not there, and which methods are', async () => {
  const rig = await filledRig();
  expect((await rig.get('/api/v1/nothing')).json()).toMatchObject({ error: { code: 'not-found' } });
  expect((await rig.get('/api/v1/sites/nobody')).json()).toMatchObject({ error: { code: 'unknown-site' } });
  expect((await rig.get('/badge/nobody.svg')).statusCode).toBe(404);
  const wrong = await send(rig, 'PUT', '/api/v1/overview');
  expect([wrong.statusCode, wrong.headers.allow, wrong.json()]).toMatchObject([
    405,
    'GET, HEAD',
    { error: { code: 'method-not-allowed' } },
  ]);
  for (const query of ['limit=0', 'limit=501', 'limit=x', 'before=x', 'before=-1']) {
    expect((await rig.get(`/api/v1/sites/prod/checks?${query}`)).statusCode).toBe(400);
  }
});

it('is ready once every site was checked and the store takes writes', async () => {
  const rig = await startRig();
  onTestFinished(() => rig.close());
  expect((await rig.get('/readyz')).json()).toEqual({ ok: false, reasons: ['2 sites were never checked'] });
  await rig.check('prod', reading());
  await rig.check('test', null);
  expect((await rig.get('/readyz')).json()).toEqual({ ok: true, reasons: [] });
  await rig.watched.store.close();
  const unwell = await rig.get('/readyz');
  expect([unwell.statusCode, unwell.json()]).toEqual([
    503,
    { ok: false, reasons: ['the store cannot be written'] },
  ]);
});

it('is not ready while a lane has not begun, and does not say which', async () => {
  const waiting = ['oncall'];
  const rig = await startRig({ liveness: { stalls: () => [], notBegun: () => waiting } }, ['prod']);
  onTestFinished(() => rig.close());
  await rig.check('prod', reading());
  const unready = await rig.get('/readyz');
  expect([unready.statusCode, unready.json()]).toEqual([
    503,
    { ok: false, reasons: ['1 lane has not begun'] },
  ]);
  waiting.pop();
  expect((await rig.get('/readyz')).statusCode).toBe(200);
});

it('is alive as long as nothing hangs, and names what does to those who may look', async () => {
  const stalls: Stall[] = [];
  const liveness = { stalls: () => stalls, notBegun: () => [] };
  const open = await startRig({ liveness });
  onTestFinished(() => open.close());
  expect((await open.get('/healthz')).json()).toEqual({ ok: true, reasons: [] });
  stalls.push(
    { kind: 'lane', name: 'oncall' },
    { kind: 'site', name: 'prod' },
    { kind: 'site', name: 'test' },
  );
  const named = {
    ok: false,
    reasons: ['the lane of oncall does not turn', 'the check of prod, test does not end'],
  };
  const unwell = await open.get('/healthz');
  expect([unwell.statusCode, unwell.json()]).toEqual([503, named]);

  const secret = 'a-token-for-tests';
  const closed = await startRig({
    liveness,
    section: WebSection.parse({ auth: { tokens: [{ name: 'probe', secret }] } }),
  });
  onTestFinished(() => closed.close());
  const counted = { ok: false, reasons: ['1 lane does not turn', '2 checks of sites do not end'] };
  expect((await closed.get('/healthz')).json()).toEqual(counted);
  expect((await closed.get('/healthz', { authorization: 'Bearer wrong' })).json()).toEqual(counted);
  expect((await closed.get('/healthz', { authorization: `Bearer ${secret}` })).json()).toEqual(named);
});

it('sends strict headers with everything', async () => {
  const rig = await filledRig();
  for (const url of ['/api/v1/overview', '/metrics', '/nothing', '/badge/prod.svg', '/healthz']) {
    expect((await rig.get(url)).headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'self';.*frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  }
});

it('tells its own time in the Date of every answer, which the page goes by', async () => {
  const rig = await startRig();
  onTestFinished(() => rig.close());
  rig.clock.jump(40 * 86_400_000);
  for (const url of ['/api/v1/overview', '/nothing']) {
    expect((await rig.get(url)).headers['date']).toBe(rig.clock.now().toUTCString());
  }
});

it('never lets out what the schemas do not list', async () => {
  const planted = 'planted-secret-0815';
  const rig = await startRig();
  onTestFinished(() => rig.close());
  const spoiled = {
    ...reading(),
    key: planted,
    serial: planted,
    lef: planted,
    controlNumber: planted,
    ownerName: planted,
  };
  await rig.check('prod', { ...spoiled, evidence: { ...spoiled.evidence, raw: planted } as never });
  const { store } = rig.watched;
  await store.enqueue([routed({ ...alertMessage({ id: 'x' }), token: planted } as never, 'oncall')], 1);
  const [row] = await store.nextRows('oncall', 1);
  const lastFailure = { at: 1, reason: 'refused', detail: 'HTTP 400', authorization: planted };
  await store.settle({
    destination: 'oncall',
    at: 1,
    lane: { ...idleLane, lastFailure } as never,
    messages: [],
    settlements: [
      { seq: row!.seq, result: { kind: 'dead', reason: 'refused', detail: 'x', url: planted } as never },
    ],
  });
  await store.enqueue([routed({ ...alertMessage({ id: 'y' }), token: planted } as never, 'oncall')], 1);
  const [waiting] = await store.nextRows('oncall', 1);
  const urls = operations
    .filter(({ method, path }) => method === 'get' && path !== '/api/v1/events')
    .map(({ path }) =>
      path
        .replace('{destination}', 'oncall')
        .replace('{seq}', String(row!.seq))
        .replace(/\{\w+\}/, 'prod'),
    );
  for (const url of [
    ...urls,
    `/api/v1/messages/oncall/${waiting!.seq}`,
    '/api/v1/openapi.json',
    '/',
    '/index.html',
  ]) {
    const { body, headers, statusCode } = await rig.get(url);
    if (url.startsWith('/api/')) expect(statusCode, url).toBe(200);
    expect(body + JSON.stringify(headers), url).not.toContain(planted);
  }
});
