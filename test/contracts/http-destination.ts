/** What every destination that speaks HTTP must do. Each one's test calls this, then adds its own cases. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Destination, DestinationTools } from '../../src/delivery/destination.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { type HttpReceiver, type ReceivedRequest, startHttpReceiver } from '../fakes/http-receiver.ts';
import { statusMessage } from '../fakes/messages.ts';

/** Tools for a destination under test, on a clock that stands at 2026-11-24T10:00:00Z. */
export function testTools(clock = new FakeClock()): DestinationTools {
  return { clock, logger: silentLogger, latestStatuses: async () => [] };
}

export interface HttpDestinationSubject {
  /** Opens the destination on this address, with `secret` as its credential. */
  readonly open: (url: string, secret: string, tools: DestinationTools) => Promise<Destination>;
  /** Statuses that this protocol rejects elsewhere but defers here, with the reason. */
  readonly deferredHere?: readonly (readonly [status: number, why: string])[];
}

const messages = [1, 2, 3].map((n) => statusMessage({ id: `m-${n}`, occurredAt: 1_795_514_400_000 + n }));

export function describeHttpDestination(kind: string, subject: HttpDestinationSubject): void {
  describe(`${kind} keeps the HTTP destination contract`, () => {
    const secret = 's3cr3t "t0ken" of/Ours+1';
    const clock = new FakeClock();
    let receiver: HttpReceiver;
    let destination: Destination;

    beforeEach(async () => {
      receiver = await startHttpReceiver();
      destination = await subject.open(receiver.url, secret, testTools(clock));
    });
    afterEach(async () => {
      await destination.close();
      await receiver.stop();
    });

    const deliver = async (signal = AbortSignal.timeout(10_000)) =>
      (await destination.deliver(messages.slice(0, 1), signal))[0]!;

    /** Aborts as soon as the far end has the request, as a deadline that passes meanwhile does. */
    const deliverUntilReceived = async () => {
      const deadline = new AbortController();
      const delivering = deliver(deadline.signal);
      await receiver.whenReceived(1);
      deadline.abort();
      return delivering;
    };

    const deferredHere = new Map(subject.deferredHere);
    it.each([
      [200, 'accepted', undefined],
      [204, 'accepted', undefined],
      [300, 'deferred', 'redirected'],
      [302, 'deferred', 'redirected'],
      [304, 'deferred', 'redirected'],
      [400, 'rejected', 'refused'],
      [401, 'deferred', 'unauthorized'],
      [403, 'deferred', 'unauthorized'],
      [404, 'rejected', 'refused'],
      [405, 'rejected', 'refused'],
      [408, 'deferred', 'timeout'],
      [410, 'rejected', 'refused'],
      [413, 'rejected', 'refused'],
      [422, 'rejected', 'refused'],
      [425, 'deferred', 'rate-limited'],
      [429, 'deferred', 'rate-limited'],
      [500, 'deferred', 'server-error'],
      [502, 'deferred', 'server-error'],
      [503, 'deferred', 'server-error'],
      [504, 'deferred', 'server-error'],
      [599, 'deferred', 'server-error'],
    ])('status %i is %s', async (status, usual, reason) => {
      receiver.answer({ status });
      const expected = deferredHere.has(status) ? 'deferred' : usual;
      expect(await deliver()).toMatchObject({ kind: expected, ...(reason && { reason }) });
    });

    it.each([
      ['seconds', '120', 120_000],
      ['a date', 'Tue, 24 Nov 2026 10:02:00 GMT', 120_000],
      ['a date that has passed', 'Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ])('passes on how long to wait, given as %s', async (_, header, retryAfterMs) => {
      receiver.answer({ status: 429, headers: { 'retry-after': header } });
      expect(await deliver()).toMatchObject({ kind: 'deferred', reason: 'rate-limited', retryAfterMs });
    });

    it('defers when nobody listens', async () => {
      await receiver.stop();
      const outcome = await deliver();
      expect(outcome).toMatchObject({ kind: 'deferred', reason: 'unreachable' });
      expect(outcome).toHaveProperty('detail', expect.stringContaining('ECONNREFUSED'));
    });

    it('defers when the far end takes the request and says nothing until the deadline', async () => {
      receiver.answer('hang');
      expect(await deliverUntilReceived()).toMatchObject({ kind: 'deferred', reason: 'timeout' });
    });

    it('defers when the answer drips until the deadline', async () => {
      receiver.answer('drip');
      expect(await deliverUntilReceived()).toMatchObject({ kind: 'deferred', reason: 'timeout' });
    });

    it('defers at once when the deadline has passed already, and sends nothing', async () => {
      expect(await deliver(AbortSignal.abort())).toMatchObject({ kind: 'deferred', reason: 'timeout' });
      expect(receiver.received).toHaveLength(0);
    });

    it.each([
      ['the connection breaks before the answer', 'reset', 'unreachable'],
      ['the answer breaks off', 'cut', 'unreachable'],
      ['the answer is not HTTP', 'garbage', 'server-error'],
    ] as const)('defers when %s', async (_, answer, reason) => {
      receiver.answer(answer);
      expect(await deliver()).toMatchObject({ kind: 'deferred', reason });
    });

    it('works again after a failure, without being opened again', async () => {
      receiver.answer('reset', { status: 204 });
      expect((await deliver()).kind).toBe('deferred');
      expect((await deliver()).kind).toBe('accepted');
    });

    it('takes no more of an endless answer than it needs', async () => {
      receiver.answer('flood');
      const outcome = await deliver();
      expect(outcome.kind).toBe('rejected');
      expect(JSON.stringify(outcome).length).toBeLessThan(600);
    });

    it.each([400, 401, 500])(
      'keeps its secret out of the outcome of a %i that echoes the request',
      async (status) => {
        receiver.answer((request) => ({ status, body: echoOf(request, secret) }));
        expectNoSecret(await deliver(), secret);
      },
    );

    it('keeps its secret out of the outcome of a redirect that echoes it', async () => {
      const spelled = encodeURIComponent(secret);
      receiver.answer({
        status: 307,
        headers: { location: `https://elsewhere.example/${spelled}?t=${spelled}` },
      });
      const outcome = await deliver();
      expect(outcome).toMatchObject({ kind: 'deferred', reason: 'redirected' });
      expect(outcome).toHaveProperty('detail', expect.stringContaining('https://elsewhere.example'));
      expectNoSecret(outcome, secret);
      expect(receiver.received).toHaveLength(1);
    });

    it('follows a redirect within the same server with the same method, body and credential', async () => {
      receiver.answer({ status: 301, headers: { location: '/moved' } }, { status: 200 });
      expect(await deliver()).toEqual({ kind: 'accepted' });
      const [first, second] = receiver.received;
      expect(second).toMatchObject({ method: first!.method, body: first!.body, path: '/moved' });
      expect(second!.headers['authorization']).toBe(first!.headers['authorization']);
    });

    it('gives up on a redirect that goes in circles', async () => {
      receiver.answer({ status: 308, headers: { location: '/again' } });
      expect(await deliver()).toMatchObject({ kind: 'deferred', reason: 'redirected' });
      expect(receiver.received).toHaveLength(4);
    });

    it('uses its connection again', async () => {
      await deliver();
      await deliver();
      expect(receiver.received.map(({ connection }) => connection)).toEqual([1, 1]);
    });

    it('lets go of its connection within 2 s when it is closed', { timeout: 2000 }, async () => {
      const other = await subject.open(receiver.url, secret, testTools(clock));
      await other.deliver(messages.slice(0, 1), AbortSignal.timeout(10_000));
      await other.close();
      await receiver.whenDisconnected();
    });

    it('gives as many outcomes as it was given messages', async () => {
      const batch = messages.slice(0, destination.maxBatch);
      receiver.answer({ status: 200 }, { status: 500 });
      expect(await destination.deliver(batch, AbortSignal.timeout(10_000))).toHaveLength(batch.length);
      expect(await destination.deliver(batch, AbortSignal.timeout(10_000))).toHaveLength(batch.length);
    });
  });
}

/** All that was sent, and the secret in the spellings that far ends are known to use. */
function echoOf(request: ReceivedRequest, secret: string): string {
  const parts = [secret, encodeURIComponent(secret), JSON.stringify(secret), btoa(secret)];
  return `${parts.join(' ')} ${Object.values(request.headers).join(' ')} ${request.path} ${request.body}`;
}

function expectNoSecret(outcome: object, secret: string): void {
  const shown = JSON.stringify(outcome);
  for (const piece of ['s3cr3t', 't0ken', 'Ours', btoa(secret), btoa(`user:${secret}`)]) {
    expect(shown).not.toContain(piece);
  }
}
