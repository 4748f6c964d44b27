import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../../test/fakes/fake-clock.ts';
import { soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import { never } from '../../../../test/fakes/mqtt-session.ts';
import { recordingLogger } from '../../../../test/fakes/recording-logger.ts';
import { keepConnected } from './connection.ts';
import type { Failure } from './reason-codes.ts';
import type { Dialled, Session } from './session.ts';

const failure: Failure = { reason: 'unreachable', detail: 'Nobody there.' };
const failed: Dialled = { kind: 'failed', failure, versionRefused: 'no' };

/** A session that is over, and that ends, when the test says so. */
function scriptedSession() {
  let isOver = false;
  const { promise: ended, resolve } = Promise.withResolvers<Failure>();
  const session = { isOver: () => isOver, ended } as Session;
  const giveUp = () => {
    isOver = true;
  };
  const end = (why: Failure = failure) => {
    giveUp();
    resolve(why);
  };
  return { session, giveUp, end, dialled: { kind: 'session', session } satisfies Dialled };
}

/** A connection whose attempts end as the test says, in this order; after the last one they take for ever, or until it is closed. */
function connectionWith(
  answers: readonly (Dialled | Promise<Dialled>)[],
  greet: (session: Session) => Promise<void> = async () => {},
) {
  const clock = new FakeClock();
  const { logger, lines } = recordingLogger();
  const dialledAt: number[] = [];
  const connection = keepConnected({
    async dial(signal) {
      dialledAt.push(clock.monotonicMs());
      const answer = answers[dialledAt.length - 1];
      if (answer !== undefined) return answer;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(failed)));
    },
    greet,
    clock,
    logger,
    logFields: { broker: 'b' },
  });
  return { connection, clock, lines, dialledAt };
}

const closed = (connection: ReturnType<typeof keepConnected>) => soFar(connection.close(async () => {}));

describe('a connection that is kept up', () => {
  it('gives the session that it has, as often as it is asked', async () => {
    const { session, dialled } = scriptedSession();
    const { connection, dialledAt, lines } = connectionWith([dialled]);
    const expected = { kind: 'session', session };
    expect(await soFar(connection.session(never))).toEqual(expected);
    expect(await soFar(connection.session(never))).toEqual(expected);
    expect(dialledAt).toEqual([0]);
    expect(lines).toEqual([
      { level: 'info', message: 'connected to the MQTT broker', fields: { broker: 'b' } },
    ]);
  });

  it('connects at once, without being asked', async () => {
    const { clock, dialledAt } = connectionWith([]);
    await clock.advance(0);
    expect(dialledAt).toEqual([0]);
  });

  it('lets nobody use a session before it has been greeted', async () => {
    const greeting = Promise.withResolvers<void>();
    const { session, dialled } = scriptedSession();
    const greeted: Session[] = [];
    const { connection } = connectionWith([dialled], (one) => {
      greeted.push(one);
      return greeting.promise;
    });
    const asked = connection.session(never);
    expect(await soFar(asked)).toBe('pending');
    expect(greeted).toEqual([session]);
    greeting.resolve();
    expect(await soFar(asked)).toEqual({ kind: 'session', session });
  });

  it('does not hang on the greeting of a session that ends meanwhile', async () => {
    const [first, second] = [scriptedSession(), scriptedSession()];
    const greeting = Promise.withResolvers<void>();
    const { connection, clock } = connectionWith([first.dialled, second.dialled], (one) =>
      one === first.session ? greeting.promise : Promise.resolve(),
    );
    await clock.advance(0);
    first.end();
    await clock.advance(1_000);
    expect(await soFar(connection.session(never))).toEqual({ kind: 'session', session: second.session });
  });

  it('says what came of the attempt under way, and logs it for those who look closely', async () => {
    const { connection, lines } = connectionWith([failed]);
    expect(await soFar(connection.session(never))).toEqual({ kind: 'failed', failure });
    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'no connection to the MQTT broker',
        fields: { broker: 'b', detail: 'Nobody there.' },
      },
    ]);
  });

  it('tries at once when somebody asks during a pause', async () => {
    const { session, dialled } = scriptedSession();
    const { connection, clock, dialledAt } = connectionWith([failed, dialled]);
    await clock.advance(300);
    expect(await soFar(connection.session(never))).toEqual({ kind: 'session', session });
    expect(dialledAt).toEqual([0, 300]);
    expect(clock.sleeping).toBe(0);
  });

  it('tries at once when somebody waits as a session ends', async () => {
    const [first, second] = [scriptedSession(), scriptedSession()];
    const { connection, clock, dialledAt } = connectionWith([first.dialled, second.dialled]);
    await clock.advance(70);
    first.giveUp();
    const asked = connection.session(never);
    expect(await soFar(asked)).toBe('pending');
    first.end();
    expect(await soFar(asked)).toEqual({ kind: 'session', session: second.session });
    expect(dialledAt).toEqual([0, 70]);
  });

  it('logs why it lost a session, and gives it to nobody any more', async () => {
    const { dialled, end } = scriptedSession();
    const { connection, clock, lines } = connectionWith([dialled]);
    await clock.advance(0);
    end({ reason: 'unreachable', detail: 'Gone.' });
    await clock.advance(0);
    expect(lines.at(-1)).toEqual({
      level: 'warn',
      message: 'lost the connection to the MQTT broker',
      fields: { broker: 'b', detail: 'Gone.' },
    });
    expect(await soFar(connection.session(never))).toBe('pending');
  });
});

describe('the pauses between attempts', () => {
  it('grow to a minute', async () => {
    const { clock, dialledAt } = connectionWith(Array.from({ length: 9 }, () => failed));
    await clock.advance(200_000);
    expect(dialledAt.map((at) => at / 1_000)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  });

  it.each([
    ['grow on after a session that lasted less than a minute', 59_999, 4_000],
    ['begin anew after a session that lasted a minute', 60_000, 1_000],
  ])('%s', async (_, lastedMs, pauseMs) => {
    const { dialled, end } = scriptedSession();
    const { clock, dialledAt } = connectionWith([failed, failed, dialled]);
    await clock.advance(3_000);
    expect(dialledAt).toEqual([0, 1_000, 3_000]);
    await clock.advance(lastedMs);
    end();
    await clock.advance(10_000);
    expect(dialledAt.at(-1)).toBe(3_000 + lastedMs + pauseMs);
  });
});

describe('somebody who waits for a session', () => {
  const notYet = {
    kind: 'failed',
    failure: { reason: 'timeout', detail: 'The broker has not answered the connection request in time.' },
  };

  it('waits no longer than the own signal allows', async () => {
    const { connection } = connectionWith([]);
    expect(await soFar(connection.session(AbortSignal.abort()))).toEqual(notYet);
    const abort = new AbortController();
    const asked = connection.session(abort.signal);
    expect(await soFar(asked)).toBe('pending');
    abort.abort();
    expect(await soFar(asked)).toEqual(notYet);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('leaves nothing on the signal when an answer came before', async () => {
    const attempt = Promise.withResolvers<Dialled>();
    const { connection } = connectionWith([attempt.promise]);
    const { signal } = new AbortController();
    const asked = connection.session(signal);
    attempt.resolve(scriptedSession().dialled);
    expect(await soFar(asked)).toMatchObject({ kind: 'session' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not bring the next attempt forward after giving up', async () => {
    const attempt = Promise.withResolvers<Dialled>();
    const { connection, clock, dialledAt } = connectionWith([attempt.promise]);
    const abort = new AbortController();
    const asked = connection.session(abort.signal);
    abort.abort();
    await soFar(asked);
    attempt.resolve(failed);
    await clock.advance(999);
    expect(dialledAt).toEqual([0]);
  });
});

describe('closing', () => {
  it('lets the farewell end the session, waits until its socket is closed, and warns of nothing', async () => {
    const { session, dialled, end } = scriptedSession();
    const { connection, clock, lines, dialledAt } = connectionWith([dialled]);
    await clock.advance(0);
    const told: Session[] = [];
    const closing = connection.close(async (one) => void told.push(one));
    expect(await soFar(closing)).toBe('pending');
    expect(told).toEqual([session]);
    end();
    expect(await soFar(closing)).toBeUndefined();
    await clock.advance(120_000);
    expect(dialledAt).toEqual([0]);
    expect(lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('ends the attempt under way, and says so to those who wait', async () => {
    const { connection, dialledAt } = connectionWith([]);
    const asked = connection.session(never);
    expect(await closed(connection)).toBeUndefined();
    expect(await soFar(asked)).toEqual({ kind: 'failed', failure });
    expect(dialledAt).toEqual([0]);
  });

  it('ends a pause', async () => {
    const { connection, clock, dialledAt } = connectionWith([failed]);
    await clock.advance(0);
    expect(clock.sleeping).toBe(1);
    expect(await closed(connection)).toBeUndefined();
    expect(clock.sleeping).toBe(0);
    expect(dialledAt).toEqual([0]);
  });

  it('says so to those who wait for a session to end', async () => {
    const { dialled, giveUp, end } = scriptedSession();
    const { connection, clock } = connectionWith([dialled]);
    await clock.advance(0);
    giveUp();
    const asked = connection.session(never);
    const closing = connection.close(async () => end());
    expect(await soFar(asked)).toEqual({
      kind: 'failed',
      failure: { reason: 'unreachable', detail: 'The destination has been closed.' },
    });
    expect(await soFar(closing)).toBeUndefined();
  });

  it('has no session to say farewell to once that has ended', async () => {
    const { dialled, end } = scriptedSession();
    const { connection, clock } = connectionWith([dialled]);
    await clock.advance(0);
    end();
    await clock.advance(0);
    const told: Session[] = [];
    expect(await soFar(connection.close(async (one) => void told.push(one)))).toBeUndefined();
    expect(told).toEqual([]);
  });
});
