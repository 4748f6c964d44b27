/** Acknowledging over HTTP: what it takes, what it refuses and how, and where it shows. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acknowledgementBodySchema } from '../../src/web/acknowledgement-body.ts';
import type { ApiError, SiteDetail } from '../../src/web/api.ts';
import { WebSection } from '../../src/web/web-section.ts';
import { reading } from '../fakes/readings.ts';
import { type Rig, startRig } from './rig.ts';

const path = '/api/v1/sites/prod/acknowledgement';
const body = { by: 'Anna', why: 'the renewal is ordered', until: '2026-12-10' };
const shown = {
  by: 'Anna',
  why: 'the renewal is ordered',
  at: '2026-11-24T10:00:00.000Z',
  until: '2026-12-10',
  coversExpiredAndBlocked: false,
  speaksAgainOn: '2026-12-10',
};

/** A site that ends in 30 days, unless the test says when. */
async function rigWith(endDate = '2026-12-24', section: unknown = {}) {
  const rig = await startRig({ section: WebSection.parse(section) });
  onTestFinished(() => rig.close());
  await rig.check('prod', reading({ endDate }));
  return rig;
}

const send = (
  rig: Rig,
  method: 'POST' | 'DELETE',
  payload?: object,
  { url = path, ...headers }: Record<string, string> = {},
) =>
  rig.app.inject({
    method,
    url,
    headers: { host: 'localhost:8080', ...headers },
    ...(payload !== undefined && { payload }),
  });
const detailOf = async (rig: Rig) => (await rig.get('/api/v1/sites/prod')).json<SiteDetail>();
const alertsOf = async (rig: Rig) =>
  (await rig.watched.store.nextRows('oncall', 10)).map(({ message }) => message);

it('stores it, tells it, and shows it everywhere until it is taken back', async () => {
  const rig = await rigWith();
  const answer = await send(rig, 'POST', body);
  expect([answer.statusCode, answer.json()]).toEqual([200, { acknowledgement: shown }]);
  expect(await alertsOf(rig)).toMatchObject([{ kind: 'acknowledged', severity: 'info', site: 'prod' }]);
  expect((await detailOf(rig)).acknowledgement).toEqual(shown);
  for (const url of ['/api/v1/overview', '/api/v1/sites']) {
    const { sites } = (await rig.get(url)).json<{ sites: { name: string; acknowledgement: unknown }[] }>();
    expect(sites.find(({ name }) => name === 'prod')?.acknowledgement).toEqual(shown);
  }
  expect((await rig.get('/metrics')).body).toContain('qlik_sense_license_acknowledged{site="prod"} 1\n');

  expect((await send(rig, 'DELETE', undefined, { url: `${path}?by=Bert` })).json()).toEqual({ done: true });
  expect(await alertsOf(rig)).toMatchObject([
    {},
    { kind: 'acknowledgement-withdrawn', title: 'prod: acknowledgement of Anna withdrawn by Bert' },
  ]);
  expect((await detailOf(rig)).acknowledgement).toBeNull();
  expect((await rig.get('/metrics')).body).toContain('qlik_sense_license_acknowledged{site="prod"} 0\n');
  const again = await send(rig, 'DELETE');
  expect([again.statusCode, again.json<ApiError>().error.code]).toEqual([404, 'not-acknowledged']);
});

it('tells open pages at once', async () => {
  const rig = await rigWith();
  const told: unknown[] = [];
  rig.watched.listen((event) => told.push(event.kind));
  await send(rig, 'POST', body);
  await send(rig, 'DELETE');
  expect(told).toEqual(['alert-state', 'alert-state']);
});

it('is not shown any longer once it has ended, before any check', async () => {
  const rig = await rigWith();
  await send(rig, 'POST', body);
  rig.clock.jump(16 * 86_400_000);
  expect((await detailOf(rig)).acknowledgement).toBeNull();
  expect((await send(rig, 'DELETE')).statusCode).toBe(404);
});

it('says of a rung that it was silenced', async () => {
  const rig = await rigWith();
  await send(rig, 'POST', { ...body, until: '2026-12-20' });
  rig.clock.jump(16 * 86_400_000);
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  expect((await detailOf(rig)).ladder.rungs.find(({ days }) => days === 14)).toMatchObject({
    how: 'silenced',
  });
});

it.each([
  ['a site of that name', { ...body }, { url: '/api/v1/sites/nobody/acknowledgement' }, 404, 'unknown-site'],
  [
    'a site that was checked',
    { ...body },
    { url: '/api/v1/sites/test/acknowledgement' },
    409,
    'nothing-to-acknowledge',
  ],
  ['a day in the future', { ...body, until: '2026-11-24' }, {}, 400, 'until-in-the-past'],
  ['a day in sight', { ...body, until: '2036-11-24' }, {}, 400, 'until-too-far'],
])('asks for %s', async (_what, payload, headers, status, code) => {
  const answer = await send(await rigWith(), 'POST', payload, headers);
  expect([answer.statusCode, answer.json<ApiError>().error.code]).toEqual([status, code]);
});

it.each([
  [{}, /why: .*; until: write a day as YYYY-MM-DD, or next-rung/],
  [{ ...body, why: 'x'.repeat(501) }, /^why: .*500/],
  [{ ...body, by: 'x'.repeat(101) }, /^by: .*100/],
  [{ ...body, why: ' \n ' }, /^why: must not be empty/],
  [{ ...body, until: '2026-02-30' }, /^until: write a day/],
  [{ ...body, until: 'tomorrow' }, /^until: write a day/],
  [{ ...body, coverExpired: true }, /coverExpired/],
  [{ ...body, coverExpiredAndBlocked: 'yes' }, /^coverExpiredAndBlocked/],
  [{ why: body.why, until: body.until }, /^by: say who/],
  [[], /./],
])('says in words what is wrong with %j', async (payload, words) => {
  const answer = await send(await rigWith(), 'POST', payload);
  expect([answer.statusCode, answer.json()]).toMatchObject([400, { error: { code: 'bad-request' } }]);
  expect(answer.json<ApiError>().error.message).toMatch(words);
});

it('says that nothing was changed when the store does not take it', async () => {
  const rig = await rigWith();
  await rig.watched.store.close();
  for (const method of ['POST', 'DELETE'] as const) {
    const answer = await send(rig, method, method === 'POST' ? body : undefined);
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { error: { code: 'store-refused' } }]);
  }
});

it('describes what it takes as it takes it', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(acknowledgementBodySchema);
  for (const right of [
    body,
    { ...body, until: 'next-rung', coverExpiredAndBlocked: true },
    { ...body, by: undefined },
  ])
    expect(validate(JSON.parse(JSON.stringify(right)))).toBe(true);
  for (const wrong of [{}, { ...body, until: 'tomorrow' }, { ...body, more: 1 }, { ...body, why: 1 }])
    expect(validate(wrong)).toBe(false);
});

it('covers an expired license only where it is asked for', async () => {
  const rig = await rigWith('2026-11-20');
  const answer = await send(rig, 'POST', body);
  expect([answer.statusCode, answer.json()]).toMatchObject([
    409,
    { error: { code: 'not-covered', message: expect.stringContaining('coverExpiredAndBlocked') } },
  ]);
  const rung = await send(rig, 'POST', { ...body, until: 'next-rung', coverExpiredAndBlocked: true });
  expect(rung.json()).toMatchObject({ error: { code: 'no-next-rung' } });
  const covered = await send(rig, 'POST', { ...body, coverExpiredAndBlocked: true });
  expect(covered.json()).toMatchObject({ acknowledgement: { coversExpiredAndBlocked: true } });
});

describe('who may', () => {
  const auth = {
    tokens: [
      { name: 'prometheus', secret: 'a-token-for-looking' },
      { name: 'script', secret: 'another-token-16', role: 'act' },
    ],
  };
  const script = { authorization: 'Bearer another-token-16' };

  it('is who may act, and the login is named', async () => {
    const rig = await rigWith(undefined, { auth });
    const reader = { authorization: 'Bearer a-token-for-looking' };
    const refused = await send(rig, 'POST', body, reader);
    expect([refused.statusCode, refused.json()]).toMatchObject([403, { error: { code: 'forbidden' } }]);
    expect((await send(rig, 'DELETE', undefined, reader)).statusCode).toBe(403);
    expect((await send(rig, 'POST', body)).statusCode).toBe(401);

    const named = async (by?: string) =>
      (await send(rig, 'POST', { ...body, by }, script)).json<{ acknowledgement: { by: string } }>()
        .acknowledgement.by;
    expect(await named()).toBe('script');
    expect(await named('script')).toBe('script');
    expect(await named('Anna')).toBe('Anna (script)');
  });

  it('can ask beforehand', async () => {
    const rig = await rigWith(undefined, { auth });
    expect((await rig.get('/api/v1/me', script)).json()).toEqual({ name: 'script', role: 'act' });
    expect((await (await rigWith()).get('/api/v1/me')).json()).toEqual({ name: null, role: 'act' });
    const open = await rigWith(undefined, { listen: '0.0.0.0:8080', auth: 'none' });
    expect((await open.get('/api/v1/me')).json()).toEqual({ name: null, role: 'read' });
  });

  it.each([[{ origin: 'http://evil.test' }], [{ 'sec-fetch-site': 'cross-site' }]])(
    'is nobody from another page: %j',
    async (headers) => {
      const answer = await send(await rigWith(), 'POST', body, headers as Record<string, string>);
      expect([answer.statusCode, answer.json()]).toMatchObject([403, { error: { code: 'other-origin' } }]);
    },
  );
});

it('lets out nothing that could be a license number or key', async () => {
  const rig = await rigWith();
  const [number, key] = ['9081726354455463', 'eyJhbGciOiJSUzUxMiJ9.cGxhbnRlZC1saWNlbnNlLWtleQ.U0lHTkFUVVJF'];
  const planted = { ...body, by: `Anna ${key}`, why: `of 9081 7263 5445 5463, that is ${number}: ${key}` };
  const answer = await send(rig, 'POST', planted);
  expect(answer.json()).toMatchObject({
    acknowledgement: { by: 'Anna …', why: 'of …5463, that is …5463: …' },
  });
  const left = [
    answer.body,
    JSON.stringify(await alertsOf(rig)),
    JSON.stringify(await rig.watched.store.siteRecords()),
    (await rig.get('/api/v1/overview')).body,
    (await rig.get('/metrics')).body,
  ].join('\n');
  for (const secret of [number, key, '9081 7263', key.slice(0, 20)]) expect(left).not.toContain(secret);
});
