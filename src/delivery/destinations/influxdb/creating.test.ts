import { expect, it, onTestFinished } from 'vitest';
import { testTools } from '../../../../test/contracts/http-destination.ts';
import { type Answer, startHttpReceiver } from '../../../../test/fakes/http-receiver.ts';
import { builtAt, statusMessage } from '../../../../test/fakes/messages.ts';
import { influxdb } from './index.ts';

const DATABASE_MISSING = { status: 404, body: '{"error":"database not found: \\"d\\""}' };
const POLICY_MISSING = { status: 500, body: '{"error":"retention policy not found: year"}' };
const DONE = { status: 204 };
const CREATED = { status: 200, body: '{"results":[{"statement_id":0}]}' };
const BUSY = { status: 500, body: '{"error":"timeout"}' };
const FORBIDDEN = { status: 200, body: '{"results":[{"error":"user may not create it"}]}' };

/** What becomes of one message when version 1 gives these answers, one after the other; and what was asked of it. */
async function deliver(answers: readonly Answer[], settings: object = {}) {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const left = [...answers];
  receiver.answer(() => left.shift() ?? 'hang');
  const section = {
    kind: 'influxdb',
    name: 'metrics',
    version: 1,
    url: receiver.url,
    database: 'd',
    ...settings,
  };
  const destination = await influxdb.open(influxdb.section.parse(section), testTools());
  onTestFinished(() => destination.close());
  const message = statusMessage({
    points: [{ measurement: 'm', tags: { site: 'prod' }, fields: { days_until_expiry: 7 }, at: builtAt }],
  });
  const [outcome] = await destination.deliver([message], AbortSignal.timeout(10_000));
  return {
    outcome,
    asked: receiver.received.map(({ path, headers }) => `${path.split('?')[0]} ${headers['content-type']}`),
    unused: left.length,
  };
}

const WRITE = '/write text/plain; charset=utf-8';
const QUERY = '/query application/x-www-form-urlencoded';

it('a database that is missing is created, and the message written again', async () => {
  expect(await deliver([DATABASE_MISSING, CREATED, DONE])).toEqual({
    outcome: { kind: 'accepted' },
    asked: [WRITE, QUERY, WRITE],
    unused: 0,
  });
});

it('a retention policy that is missing is created where its duration is known', async () => {
  const settings = { retentionPolicy: 'year', retentionDuration: '52w' };
  const { outcome, asked } = await deliver([POLICY_MISSING, CREATED, DONE], settings);
  expect(outcome).toEqual({ kind: 'accepted' });
  expect(asked).toEqual([WRITE, QUERY, WRITE]);
});

it('a retention policy of unknown duration is left to the operator, with what to do', async () => {
  const { outcome, asked } = await deliver([POLICY_MISSING], { retentionPolicy: 'year' });
  expect(asked).toEqual([WRITE]);
  expect(outcome).toMatchObject({
    kind: 'deferred',
    detail: expect.stringContaining(
      'HTTP 500, create the retention policy, or set `retentionDuration` to have it created',
    ),
  });
});

it('where nothing is to be created, a missing database is waited for, with what to do', async () => {
  const { outcome, asked } = await deliver([DATABASE_MISSING], { createDatabase: false });
  expect(asked).toEqual([WRITE]);
  expect(outcome).toMatchObject({
    kind: 'deferred',
    reason: 'refused',
    detail: expect.stringContaining(
      'HTTP 404, nothing there to write to; create it, or check `url`, `version` and the names',
    ),
  });
});

it.each([
  ['inside an answer of status 200', FORBIDDEN, 200],
  ['by its status', { status: 403, body: '{"error":"user may not create it"}' }, 403],
])(
  'a server that refuses to create it %s makes the message wait, and says why',
  async (_how, refusal, status) => {
    const { outcome, asked, unused } = await deliver([DATABASE_MISSING, refusal, DONE]);
    expect(asked).toEqual([WRITE, QUERY]);
    expect(unused).toBe(1);
    expect(outcome).toMatchObject({ kind: 'deferred', reason: 'refused' });
    expect(outcome).toMatchObject({
      detail: expect.stringContaining(
        `the database is missing and cannot be created (HTTP ${status}); create it, or let the user do so`,
      ),
    });
    expect(outcome).toMatchObject({ detail: expect.stringContaining('user may not create it') });
  },
);

it('a message that is refused again, once its database is there, is not created for a second time', async () => {
  const { outcome, asked } = await deliver([DATABASE_MISSING, CREATED, DATABASE_MISSING]);
  expect(asked).toEqual([WRITE, QUERY, WRITE]);
  expect(outcome).toMatchObject({ kind: 'deferred', reason: 'refused' });
});

it.each([
  [
    'field type conflict: input field "x" is type float',
    ', a field of that name already has another type here',
  ],
  ['points beyond retention policy dropped=1', ', the point is older than the retention policy keeps'],
])('a point that is refused because of %j says what to do', async (error, advice) => {
  const { outcome } = await deliver([{ status: 400, body: JSON.stringify({ error }) }]);
  expect(outcome).toMatchObject({ detail: expect.stringContaining(`HTTP 400${advice}`) });
});

it.each([
  [
    'without a word about why',
    { status: 403, body: 'no' },
    'refused',
    '(HTTP 403); create it, or let the user do so: no',
  ],
  ['by breaking the connection', 'reset', 'unreachable', 'broke the connection'],
] as const)(
  'a server that refuses to create it %s makes the message wait',
  async (_how, refusal, reason, detail) => {
    const { outcome, asked } = await deliver([DATABASE_MISSING, refusal, DONE]);
    expect(asked).toEqual([WRITE, QUERY]);
    expect(outcome).toEqual({ kind: 'deferred', reason, detail: expect.stringContaining(detail) });
  },
);

it.each([
  ['has other troubles', BUSY, 'deferred'],
  ['took the message and only mentions it', { ...DATABASE_MISSING, status: 200 }, 'accepted'],
])('nothing is created where the server %s', async (_what, answer, kind) => {
  const settings = { retentionPolicy: 'year', retentionDuration: '52w' };
  const { outcome, asked } = await deliver([answer, CREATED, DONE], settings);
  expect(asked).toEqual([WRITE]);
  expect(outcome).toMatchObject({ kind });
});
