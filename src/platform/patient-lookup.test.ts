import dns, { type LookupOptions } from 'node:dns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { systemClock } from './clock.ts';
import { type LookUp, lookUpPatiently, patientLookUp } from './patient-lookup.ts';

const HOUR_MS = 3_600_000;
const [one, other] = [[{ address: '192.0.2.1', family: 4 }], [{ address: '192.0.2.2', family: 4 }]];
const failure = (code: string) => Object.assign(new Error(`getaddrinfo ${code} sense.test`), { code });

function setUp() {
  const clock = new FakeClock();
  const asked: { name: string; answer: PromiseWithResolvers<typeof one> }[] = [];
  const lookUp: LookUp = patientLookUp((name) => {
    const answer = Promise.withResolvers<typeof one>();
    asked.push({ name, answer });
    return answer.promise;
  }, clock);
  /** What somebody who asks now is told, in the end. */
  const ask = (name = 'sense.test', options = {}) => {
    const told: { addresses?: unknown; error?: NodeJS.ErrnoException } = {};
    void lookUp(name, { all: true, ...options }).then(
      (addresses) => Object.assign(told, { addresses }),
      (error: unknown) => Object.assign(told, { error }),
    );
    return told;
  };
  /** So much time passes, and whoever waits for nothing but that goes on. */
  const pass = async (ms: number) => {
    await clock.advance(ms);
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  /** A name that is known. */
  const learn = async () => {
    const told = ask();
    asked.at(-1)!.answer.resolve(one);
    await pass(0);
    expect(told).toEqual({ addresses: one });
  };
  return { asked, ask, pass, learn };
}

describe('a name', () => {
  it('is asked for anew each time, and the answer counts', async () => {
    const { asked, ask, pass, learn } = setUp();
    await learn();
    const told = ask();
    asked.at(-1)!.answer.resolve(other);
    await pass(0);
    expect(told).toEqual({ addresses: other });
    expect(asked).toHaveLength(2);
  });

  it('is asked for once at a time, whoever wants it', async () => {
    const { asked, ask, pass } = setUp();
    const told = [ask(), ask(), ask('about.test'), ask('sense.test', { family: 6 })];
    for (const { answer } of asked) answer.resolve(one);
    await pass(0);
    expect(asked.map(({ name }) => name)).toEqual(['sense.test', 'about.test', 'sense.test']);
    expect(told).toEqual(Array.from({ length: 4 }, () => ({ addresses: one })));
  });

  it('that was known is used as it was when the answer takes longer than a second', async () => {
    const { asked, ask, pass, learn } = setUp();
    await learn();
    const told = ask();
    await pass(999);
    expect(told).toEqual({});
    await pass(1);
    expect(told).toEqual({ addresses: one });
    // Whoever asks while that is still under way does not wait once more.
    const next = ask();
    await pass(0);
    expect(next).toEqual({ addresses: one });
    expect(asked).toHaveLength(2);
    // The late answer counts from then on.
    asked.at(-1)!.answer.resolve(other);
    await pass(0);
    const afterwards = ask();
    await pass(1_000);
    expect(afterwards).toEqual({ addresses: other });
  });

  it.each(['EAI_AGAIN', 'EAI_FAIL', 'EMFILE'])(
    'that was known is used as it was when the system says %s',
    async (code) => {
      const { asked, ask, pass, learn } = setUp();
      await learn();
      const told = ask();
      asked.at(-1)!.answer.reject(failure(code));
      await pass(0);
      expect(told).toEqual({ addresses: one });
    },
  );

  it('that is gone is gone', async () => {
    const { asked, ask, pass, learn } = setUp();
    await learn();
    for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
      const told = ask();
      asked.at(-1)!.answer.reject(failure(code));
      await pass(0);
      expect(told.error?.code).toBe(code);
    }
  });

  it('is not gone where that is said late, as systems do whose name server is silent', async () => {
    const { asked, ask, pass, learn } = setUp();
    await learn();
    const told = ask();
    await pass(1_000);
    asked.at(-1)!.answer.reject(failure('ENOTFOUND'));
    await pass(0);
    const next = ask();
    asked.at(-1)!.answer.reject(failure('EAI_AGAIN'));
    await pass(0);
    expect([told, next]).toEqual([{ addresses: one }, { addresses: one }]);
  });

  it('that was known a day ago is not known', async () => {
    const { asked, ask, pass, learn } = setUp();
    await learn();
    await pass(24 * HOUR_MS - 1);
    const last = ask();
    asked.at(-1)!.answer.reject(failure('EAI_AGAIN'));
    await pass(1);
    const told = ask();
    asked.at(-1)!.answer.reject(failure('EAI_AGAIN'));
    await pass(0);
    expect(last).toEqual({ addresses: one });
    expect(told.error?.code).toBe('EAI_AGAIN');
  });

  it('that nobody knew is said to be without an answer before the usual deadlines, and known when the answer comes', async () => {
    const { asked, ask, pass } = setUp();
    const told = ask();
    await pass(7_999);
    expect(told).toEqual({});
    await pass(1);
    expect(told.error).toMatchObject({
      code: 'EAI_AGAIN',
      syscall: 'getaddrinfo',
      message: 'getaddrinfo EAI_AGAIN sense.test',
    });
    const next = ask();
    asked.at(-1)!.answer.resolve(one);
    await pass(0);
    expect(next).toEqual({ addresses: one });
    expect(asked).toHaveLength(1);
  });
});

describe('the look-up of this process', () => {
  const call = (name: string, options: LookupOptions) =>
    new Promise<unknown>((resolve) => dns.lookup(name, options, (...answer) => resolve(answer)));

  it.each([
    ['localhost', { family: 4 }, [null, '127.0.0.1', 4]],
    ['localhost', { family: 4, all: true }, [null, [{ address: '127.0.0.1', family: 4 }]]],
    ['::1', {}, [null, '::1', 6]],
    ['::1', { all: true }, [null, [{ address: '::1', family: 6 }]]],
    [`${'x'.repeat(64)}.invalid`, {}, [expect.objectContaining({ syscall: 'getaddrinfo' })]],
  ])('answers for %s with %j as it did before', async (name, options, expected) => {
    const original = dns.lookup;
    onTestFinished(() => {
      dns.lookup = original;
    });
    const before = (await call(name, options)) as unknown[];
    lookUpPatiently(systemClock);
    const after = (await call(name, options)) as unknown[];
    expect(before).toEqual(expected);
    expect(after).toEqual(expected);
  });
});
