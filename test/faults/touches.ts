/**
 * Loaded into the real program with `--import`, before anything else. Counts the places where it touches the outside:
 * before and after every commit, every fsync, every change of a file, every write to a socket, and every answer that
 * comes in; and after every other SQLite statement that writes. Before that, and after a statement that only reads, it is
 * the same moment for the outside as after the touch that precedes it; with TOUCH_READS, a reading counts nevertheless.
 * At the place whose number is in TOUCH_KILL_AT the process gets SIGKILL. With TOUCH_LIST, each place goes to that file
 * as one line of JSON. The program itself knows nothing of this.
 *
 * Further, every draw is the luckiest, so that each back-off is the shortest there is, 1 s; and TOUCH_SYNCHRONOUS is
 * the level of `PRAGMA synchronous` that the store gets instead of its own.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { DatabaseSync, StatementSync } from 'node:sqlite';

const { TOUCH_KILL_AT, TOUCH_LIST, TOUCH_READS, TOUCH_SYNCHRONOUS } = process.env;
const killAt = Number(TOUCH_KILL_AT ?? 0);
const list = TOUCH_LIST === undefined ? undefined : fs.openSync(TOUCH_LIST, 'a');
const writeSync = fs.writeSync;
const kill = process.kill.bind(process);

export type Kind = 'statement' | 'commit' | 'fsync' | 'file' | 'send' | 'answer';
type Method = (this: unknown, ...args: unknown[]) => unknown;

export interface Place {
  readonly place: number;
  readonly when: 'before' | 'after';
  readonly kind: Kind;
  /** The statement, the file, or the far end. */
  readonly what: string;
}

let place = 0;

function touch(when: Place['when'], kind: Kind, what: string): void {
  place += 1;
  const here: Place = { place, when, kind, what };
  if (list !== undefined) writeSync(list, `${JSON.stringify(here)}\n`);
  if (place === killAt) kill(process.pid, 'SIGKILL');
}

/** Replaces a method by one that touches before and after it. */
function wrap<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  describe: (self: unknown, args: readonly unknown[]) => readonly [Kind, string] | undefined,
  change: (args: unknown[]) => unknown[] = (args) => args,
): void {
  const original = owner[name] as Method;
  const wrapped: Method = function (...args) {
    const described = describe(this, args);
    if (described === undefined) return original.apply(this, args);
    if (described[0] !== 'statement') touch('before', ...described);
    const result = original.apply(this, change(args));
    touch('after', ...described);
    return result;
  };
  Object.defineProperty(owner, name, { value: wrapped, writable: true, configurable: true });
}

const READING =
  /^(?:SELECT\b[^;]*|PRAGMA (?:application_id|user_version|page_count|freelist_count|integrity_check\(\d+\)))$/;

const sql = (text: string): readonly [Kind, string] | undefined => {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (READING.test(line) && TOUCH_READS === undefined) return undefined;
  return [/^COMMIT\b/.test(line) ? 'commit' : 'statement', line.slice(0, 60)];
};
const withSynchronous = ([text, ...rest]: unknown[]) => [
  TOUCH_SYNCHRONOUS === undefined
    ? text
    : String(text).replace(/synchronous = \w+/, `synchronous = ${TOUCH_SYNCHRONOUS}`),
  ...rest,
];
wrap(DatabaseSync.prototype, 'exec', (_, [text]) => sql(String(text)), withSynchronous);
wrap(DatabaseSync.prototype, 'close', () => ['file', 'close the database']);
for (const name of ['run', 'get', 'all'] as const) {
  wrap(StatementSync.prototype, name, (self) => sql((self as StatementSync).sourceSQL));
}

wrap(fs, 'fsyncSync', () => ['fsync', 'fsync']);
wrap(fs, 'ftruncateSync', () => ['file', 'truncate']);
for (const name of ['writeFileSync', 'renameSync', 'rmSync', 'mkdirSync'] as const) {
  wrap(fs, name, (_, [path]) => ['file', `${name} ${String(path).split('/').at(-1)}`]);
}
syncBuiltinESMExports();

// What leaves, and what comes in, of every kind of connection; TLS sockets inherit both.
for (const name of ['_write', '_writev'] as const) {
  wrap(Socket.prototype as unknown as Record<string, Method>, name, (self) => {
    const far = farEnd(self as Socket);
    return far === undefined ? undefined : ['send', `to ${far}`];
  });
}
wrap(Socket.prototype, 'push', (self, [chunk]) => {
  const far = farEnd(self as Socket);
  return far === undefined ? undefined : ['answer', `${chunk === null ? 'end' : 'bytes'} from ${far}`];
});

/** Undefined for what is no network, such as the log. */
function farEnd(socket: Socket): string | undefined {
  return socket.remotePort === undefined ? undefined : `port ${socket.remotePort}`;
}

Math.random = () => 0;
