/** Who may look and act: tokens, logins, and how often somebody may guess. */
import { createHash, scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { isLoopback, listenHost, parsePasswordHash, type WebSection } from './web-section.ts';

export type Role = 'read' | 'act';
export type Admission =
  | { readonly kind: 'admitted'; readonly role: Role; readonly name: string | null }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too-many-guesses' };

interface Login {
  readonly name: string;
  readonly role: Role;
}

export interface Gate {
  /** @param address of the one who asks, for counting wrong guesses */
  admit(authorization: string | undefined, address: string): Promise<Admission>;
  /** Whether a browser can be made to come with the rights of its user: then the Host header has to be a known one. */
  readonly isOpen: boolean;
}

const MOST_GUESSES = 10;
const GUESS_WINDOW_MS = 300_000;
const MOST_ADDRESSES = 10_000;
/** A login that was right is right for so long, because finding out is slow on purpose. */
const REMEMBER_MS = 300_000;
const MOST_REMEMBERED = 1_000;

export function createGate(section: WebSection, clock: Clock): Gate {
  const { auth, listen } = section;
  if (auth === undefined || auth === 'none') {
    // On loopback everybody who asks is on this machine; elsewhere `none` is for looking only.
    const role: Role = isLoopback(listenHost(listen)) ? 'act' : 'read';
    return { isOpen: true, admit: async () => ({ kind: 'admitted', role, name: null }) };
  }
  const tokens = auth.tokens.map(({ name, secret, sha256, role }) => ({
    name,
    role,
    hash: sha256 === undefined ? digest(secret!.reveal()) : Buffer.from(sha256, 'hex'),
  }));
  const users = new Map(auth.users.map((user) => [user.name, user]));
  const guesses = new Map<string, { count: number; untilMs: number }>();
  const remembered = new Map<string, Login & { readonly untilMs: number }>();
  const inTurn = oneAfterTheOther();

  /** What is found out at once; `slow` for a password that has to be hashed. */
  function loginOf(authorization: string): Login | 'wrong' | 'slow' {
    const { scheme, credentials, name, password } = parsed(authorization);
    if (scheme === 'bearer') {
      const given = digest(credentials);
      return tokens.find(({ hash }) => timingSafeEqual(hash, given)) ?? 'wrong';
    }
    if (scheme !== 'basic') return 'wrong';
    const known = remembered.get(digest(credentials).toString('hex'));
    if (known !== undefined && known.untilMs > clock.monotonicMs()) return known;
    // So that a browser, which asks for a name and a password, can use a token too.
    const given = digest(password);
    return tokens.find((token) => token.name === name && timingSafeEqual(token.hash, given)) ?? 'slow';
  }

  async function loginByPassword(authorization: string): Promise<Login | 'wrong'> {
    const { credentials, name, password } = parsed(authorization);
    const user = users.get(name);
    // An unknown name takes as long as a wrong password.
    const isRight = await isPassword(password, (user ?? [...users.values()][0])?.password.reveal());
    if (user === undefined || !isRight) return 'wrong';
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(digest(credentials).toString('hex'), {
      role: user.role,
      name,
      untilMs: clock.monotonicMs() + REMEMBER_MS,
    });
    return user;
  }

  const hasGuessedEnough = (address: string) => {
    const guessed = guesses.get(address);
    return guessed !== undefined && guessed.count >= MOST_GUESSES && guessed.untilMs > clock.monotonicMs();
  };

  function answered(login: Login | 'wrong', address: string): Admission {
    if (login !== 'wrong') return { kind: 'admitted', role: login.role, name: login.name };
    countGuess(address);
    return { kind: 'unknown' };
  }

  function countGuess(address: string): void {
    const nowMs = clock.monotonicMs();
    const before = guesses.get(address);
    const isFresh = before !== undefined && before.untilMs > nowMs;
    if (!isFresh && guesses.size >= MOST_ADDRESSES) guesses.clear();
    guesses.set(address, {
      count: isFresh ? before.count + 1 : 1,
      untilMs: isFresh ? before.untilMs : nowMs + GUESS_WINDOW_MS,
    });
  }

  return {
    isOpen: false,
    async admit(authorization, address) {
      if (authorization === undefined) return { kind: 'unknown' };
      if (hasGuessedEnough(address)) return { kind: 'too-many-guesses' };
      const login = loginOf(authorization);
      if (login !== 'slow') return answered(login, address);
      // One after the other: many guesses at once do not slip through, and many who are right are no guesses.
      return inTurn(address, async () => {
        if (hasGuessedEnough(address)) return { kind: 'too-many-guesses' };
        const now = loginOf(authorization);
        return answered(now === 'slow' ? await loginByPassword(authorization) : now, address);
      });
    },
  };
}

/** Runs work of one address one after the other. */
function oneAfterTheOther(): <T>(address: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (address, work) => {
    const mine = (last.get(address) ?? Promise.resolve()).then(work);
    const over = mine.catch(() => undefined);
    last.set(address, over);
    try {
      return await mine;
    } finally {
      if (last.get(address) === over) last.delete(address);
    }
  };
}

interface Credentials {
  /** In small letters; undefined where there are none of this form. */
  readonly scheme: string | undefined;
  readonly credentials: string;
  readonly name: string;
  readonly password: string;
}

function parsed(authorization: string): Credentials {
  const [, scheme, credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  const [, name = '', password = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
  return { scheme: scheme?.toLowerCase(), credentials, name, password };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parsed = stored === undefined ? undefined : parsePasswordHash(stored);
  if (parsed === undefined) return Promise.resolve(false);
  const { cost, blockSize, parallelization, salt, hash } = parsed;
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: 256 * 1024 * 1024 };
  return new Promise((resolve) => {
    scrypt(password, salt, hash.length, options, (error, derived) => {
      resolve(error === null && timingSafeEqual(derived, hash));
    });
  });
}
