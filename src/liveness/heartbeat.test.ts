/** The calls to a watchdog, to a real server on loopback. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { startHttpReceiver } from '../../test/fakes/http-receiver.ts';
import { startHeartbeat } from './heartbeat.ts';
import { HeartbeatSection } from './heartbeat-section.ts';
import type { Pulse } from './pulse.ts';

const well: Pulse = { kind: 'well', line: 'all is well' };
const trouble: Pulse = { kind: 'trouble', line: 'the lane of oncall does not turn' };
const secret = 'planted-0815-uuid';

async function start(settings: object = {}) {
  const receiver = await startHttpReceiver();
  const clock = new FakeClock();
  const log: string[] = [];
  const recorder = (level: string) => (fields: object, message: string) =>
    void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const rig = { pulse: well };
  const heartbeat = startHeartbeat({
    section: HeartbeatSection.parse({
      url: `${receiver.url}/ping/${secret}?x=1`,
      every: '1 min',
      ...settings,
    }),
    pulse: () => rig.pulse,
    clock,
    logger: {
      debug: recorder('debug'),
      info: recorder('info'),
      warn: recorder('warn'),
      error: recorder('error'),
    },
  });
  onTestFinished(async () => {
    await heartbeat.stop();
    await receiver.stop();
    expect(log.join()).not.toContain(secret);
  });
  /** Lets time pass until so many calls have come in, each of them answered. */
  const calls = async (count: number) => {
    await vi.waitFor(
      async () => {
        await clock.advance(500);
        expect(receiver.received.length).toBeGreaterThanOrEqual(count);
      },
      { interval: 1, timeout: 10_000 },
    );
    return receiver.received.map(({ method, path, body }) => `${method} ${path} ${body}`);
  };
  return { receiver, clock, log, rig, heartbeat, calls };
}

it('calls soon after the start, then every so often, and says how things are', async () => {
  const { clock, calls, log, receiver } = await start();
  await clock.advance(9_000);
  expect(receiver.received).toEqual([]);
  expect(await calls(2)).toEqual(Array(2).fill(`POST /ping/${secret}?x=1 all is well`));
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(70_000);
  expect(log).toEqual([]);
});

it('calls /fail when there is trouble, and the address itself again when that is over', async () => {
  const { calls, rig, log } = await start();
  rig.pulse = trouble;
  expect((await calls(1))[0]).toBe(`POST /ping/${secret}/fail?x=1 the lane of oncall does not turn`);
  await calls(2);
  rig.pulse = well;
  expect((await calls(3))[2]).toBe(`POST /ping/${secret}?x=1 all is well`);
  expect(log).toEqual([
    expect.stringMatching(/^error something does not get on, and the heartbeat says so .*oncall/),
    expect.stringMatching(/^info all is well again/),
  ]);
});

it('calls nothing while there is nothing to tell, nor in trouble where it is to be silent', async () => {
  const { clock, calls, rig, receiver } = await start({ method: 'GET', onTrouble: 'silence' });
  rig.pulse = { kind: 'waiting' };
  await clock.advance(600_000);
  rig.pulse = trouble;
  await clock.advance(600_000);
  expect(receiver.received).toEqual([]);
  rig.pulse = well;
  expect(await calls(1)).toEqual([`GET /ping/${secret}?x=1 `]);
});

it('sends a user in the address as a login', async () => {
  const { receiver, calls } = await start({ url: 'http://127.0.0.1:1' });
  const { url } = receiver;
  await start({ url: url.replace('//', '//anna:p%40ss@') }).then(({ clock }) => clock.advance(11_000));
  await calls(1);
  expect(receiver.received[0]!.headers.authorization).toBe(
    `Basic ${Buffer.from('anna:p@ss').toString('base64')}`,
  );
});

it('says once that it does not arrive, and once that it does again, and never its address', async () => {
  const { receiver, calls, log } = await start();
  const broken = { status: 500, body: `no such check: ${secret}` };
  receiver.answer(broken, broken, { status: 200 });
  await calls(4);
  expect(log).toEqual([
    expect.stringMatching(/^warn the heartbeat did not arrive; .*HTTP 500/),
    expect.stringMatching(/^info the heartbeat arrives again/),
  ]);
});

it('gives up a call at its deadline and goes on', async () => {
  const { receiver, clock, calls, log } = await start({ timeout: '5 s' });
  receiver.answer('hang', { status: 200 });
  await calls(1);
  await clock.advance(6_000);
  await calls(2);
  expect(log[0]).toMatch(/^warn the heartbeat did not arrive/);
});

it('stops at once, also with a call under way, and calls no more', async () => {
  const { receiver, clock, calls, heartbeat, log } = await start();
  receiver.answer('hang');
  await calls(1);
  const startedMs = performance.now();
  await heartbeat.stop();
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  await clock.advance(600_000);
  expect([receiver.received.length, log.length]).toEqual([1, 0]);
});

it.each(['ftp://x.test', 'no address', ''])('refuses the address %j', (url) => {
  expect(HeartbeatSection.safeParse({ url }).success).toBe(false);
});

it.each(['10 ms', '32 days', 'soon'])('refuses every: %s', (every) => {
  expect(HeartbeatSection.safeParse({ url: 'https://x.test', every }).success).toBe(false);
});
