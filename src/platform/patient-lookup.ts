/**
 * Names for connections, while the name service is slow or silent. The system makes two look-ups at a time, and one that
 * nobody answers takes ten seconds and more, so a few such names hold up everybody who asks behind them. Therefore a name is
 * asked for once at a time, and one that was known before is used as it was when the answer is late.
 */
import dns, { type LookupAddress, type LookupAllOptions, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { callbackify } from 'node:util';
import type { Clock } from './clock.ts';
import { within } from './within.ts';

/** A name that was known before is waited for no longer than this. */
const SOON_MS = 1_000;
/** And one that was not, no longer than this: less than attempts may take, so that they can say what is wrong. */
const LATE_MS = 8_000;
/** What was known longer ago counts no more. */
const KEEP_MS = 86_400_000;

/** Rejects as `dns.lookup` fails. */
export type LookUp = (hostname: string, options: LookupAllOptions) => Promise<readonly LookupAddress[]>;

type Answer =
  | { readonly kind: 'known'; readonly addresses: readonly LookupAddress[] }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Question {
  readonly askedAtMs: number;
  /** Never rejects. */
  readonly answer: Promise<Answer>;
}

export function patientLookUp(lookUp: LookUp, clock: Clock): LookUp {
  const known = new Map<string, { readonly addresses: readonly LookupAddress[]; readonly atMs: number }>();
  const questions = new Map<string, Question>();

  function ask(key: string, hostname: string, options: LookupAllOptions): Question {
    const askedAtMs = clock.monotonicMs();
    const answer = lookUp(hostname, options).then(
      (addresses): Answer => {
        known.set(key, { addresses, atMs: clock.monotonicMs() });
        return { kind: 'known', addresses };
      },
      (error: unknown): Answer => {
        // Where nobody answers, some systems say after a while that there is no such name.
        if (isUnknownName(error) && clock.monotonicMs() - askedAtMs < SOON_MS) known.delete(key);
        return { kind: 'failed', error };
      },
    );
    const question = { askedAtMs, answer: answer.finally(() => questions.delete(key)) };
    questions.set(key, question);
    return question;
  }

  return async (hostname, options) => {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0}`;
    const { askedAtMs, answer } = questions.get(key) ?? ask(key, hostname, options);
    const before = () => {
      const last = known.get(key);
      return last !== undefined && clock.monotonicMs() - last.atMs < KEEP_MS ? last.addresses : undefined;
    };
    const passedMs = clock.monotonicMs() - askedAtMs;
    const patienceMs = before() === undefined ? LATE_MS : SOON_MS - passedMs;
    const inTime = patienceMs > 0 ? await within(answer, patienceMs, { clock }) : undefined;
    if (inTime?.kind === 'known') return inTime.addresses;
    const addresses = before();
    if (addresses !== undefined) return addresses;
    throw inTime?.error ?? silence(hostname);
  };
}

/** From now on every connection of this process to a name takes this way. Libraries open some that take no other. */
export function lookUpPatiently(clock: Clock): void {
  const original = dns.lookup;
  const all: LookUp = (hostname, options) =>
    new Promise((resolve, reject) => {
      original(hostname, options, (error, addresses) => (error ? reject(error) : resolve(addresses)));
    });
  const lookUp = callbackify(patientLookUp(all, clock));
  type Callback = (error: NodeJS.ErrnoException | null, ...found: unknown[]) => void;
  dns.lookup = new Proxy(original, {
    apply(target, self, args: [string, LookupOptions, Callback]) {
      const [hostname, options, callback] = args;
      const isOurs = typeof hostname === 'string' && isIP(hostname) === 0 && typeof options === 'object';
      if (!isOurs) {
        Reflect.apply(target, self, args);
        return;
      }
      lookUp(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) callback(error);
        else if (options.all === true) callback(null, addresses);
        else callback(null, addresses[0]?.address, addresses[0]?.family);
      });
    },
  });
}

function isUnknownName(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOTFOUND';
}

/** As Node.js has it when the name service says that it got no answer. */
function silence(hostname: string): Error {
  const facts = { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname };
  return Object.assign(new Error(`getaddrinfo EAI_AGAIN ${hostname}`), facts);
}
