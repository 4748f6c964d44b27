import { describe, expect, it } from 'vitest';
import { StoreError } from '../store.ts';
import { damaged, unusable } from './connect.ts';
import {
  brokenDisk,
  corruption,
  explained,
  isCorrupt,
  isLocked,
  isNoRoom,
  isWriteFailure,
} from './failures.ts';

/** As SQLite throws it; the code may be an extended one, whose lowest byte is the primary one. */
const sqlite = (errcode: unknown, message = 'of SQLite') => Object.assign(new Error(message), { errcode });

/** See https://sqlite.org/rescode.html. */
const codes = {
  error: 1,
  busy: 5,
  busySnapshot: 517,
  ioerr: 10,
  ioerrRead: 266,
  ioerrWrite: 778,
  corrupt: 11,
  corruptIndex: 779,
  full: 13,
  constraint: 19,
  notADatabase: 26,
};

describe('an error of SQLite', () => {
  it.each([
    ['no room', isNoRoom, ['full', 'ioerrWrite']],
    ['a failed write', isWriteFailure, ['ioerrWrite']],
    ['locked', isLocked, ['busy', 'busySnapshot']],
    ['corrupt', isCorrupt, ['corrupt', 'corruptIndex', 'notADatabase']],
  ] as const)('means %s exactly by its code', (_meaning, means, expected) => {
    const found = Object.entries(codes).filter(([, code]) => means(sqlite(code)));
    expect(found.map(([name]) => name).sort()).toEqual([...expected].sort());
  });

  it('means corrupt also where SQLite has only words for it', () => {
    expect(isCorrupt(sqlite(codes.error, 'unsupported file format'))).toBe(true);
    expect(isCorrupt(sqlite(codes.constraint, 'unsupported file format'))).toBe(false);
    expect(isCorrupt(new Error('unsupported file format'))).toBe(false);
    expect(isCorrupt(corruption('page 7 is never used'))).toBe(true);
  });

  it.each([
    ['no error, but has a code', { errcode: 13 }],
    ['nothing', undefined],
    ['a word', 'full'],
    ['an error without a code', new Error('full')],
    ['an error whose code is a word', sqlite('13')],
  ])('is none of them where it is %s', (_what, error) => {
    expect([isNoRoom(error), isLocked(error), isCorrupt(error)]).toEqual([false, false, false]);
  });
});

describe('explained, it says what to do', () => {
  const explain = (error: unknown) => explained(error, '/data/sentinel.db') as StoreError;

  it('on a full disk', () => {
    const error = sqlite(codes.full, 'database or disk is full');
    expect(explain(error)).toBeInstanceOf(StoreError);
    expect(explain(error)).toMatchObject({
      code: 'STORE_FULL',
      cause: error,
      message:
        'The disk of the store /data/sentinel.db is full (database or disk is full), and what was kept in reserve is used up. ' +
        'Nothing of this was stored. Free some space on that disk; the service goes on by itself then.',
    });
  });

  it.each([
    ['a damaged file', sqlite(codes.corrupt, 'malformed')],
    ['a broken disk', sqlite(codes.ioerrRead, 'malformed')],
    ['JSON that is none', new SyntaxError('malformed')],
  ])('on %s', (_what, error) => {
    expect(explain(error)).toMatchObject({
      code: 'STORE_UNUSABLE',
      cause: error,
      message:
        'The store /data/sentinel.db cannot be read or written (malformed). Check its disk and restart the service: ' +
        'it checks the file when it starts and sets it aside if it is damaged.',
    });
  });

  it.each([
    ['a broken constraint', sqlite(codes.constraint)],
    ['a lock', sqlite(codes.busy)],
    ['a bug', new TypeError('a bug')],
    ['no error', 'no error'],
    ['what is explained already', new StoreError('STORE_FULL', 'already explained')],
  ])('and stays what it is otherwise: %s', (_what, error) => {
    expect(explain(error)).toBe(error);
  });
});

it.each([
  ['EROFS', 'has become read-only, as happens after a fault of the disk'],
  ['EIO', 'fails when it is written (EIO)'],
] as const)('a disk that refuses every write with %s is told from a full one', (code, what) => {
  const cause = sqlite(codes.ioerrWrite);
  const error = brokenDisk(cause, '/data/sentinel.db', code);
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({
    code: 'STORE_UNUSABLE',
    cause,
    message:
      `The disk of the store /data/sentinel.db ${what}. Nothing of this was stored. Check the disk, make it writable again ` +
      'and restart the service: it says again what it could not store.',
  });
});

it('a store that cannot be opened says why, and where to look', () => {
  const cause = new Error('unable to open database file');
  expect(unusable('/data/sentinel.db', cause)).toMatchObject({
    code: 'STORE_UNUSABLE',
    cause,
    message:
      "The store /data/sentinel.db cannot be opened: unable to open database file. Check that the service's account may " +
      'write to that file and its folder, and that the disk is there, has room and is not mounted read-only.',
  });
  expect(unusable('/data/sentinel.db', 'no error').message).toContain('cannot be opened: no error.');
});

it('a store that cannot be opened for want of something says of what, not where to look', () => {
  const cause = Object.assign(new Error('unable to open'), { code: 'ENFILE' });
  expect(unusable('/data/sentinel.db', cause)).toMatchObject({
    code: 'STORE_UNUSABLE',
    cause,
    message:
      'The store /data/sentinel.db cannot be opened: this machine has as many files open as it can (ENFILE); see which ' +
      'program holds them. Nothing was changed.',
  });
});

it('a damaged store that is only read stays where it is, and says who would set it aside', () => {
  expect(damaged('/data/sentinel.db')).toMatchObject({
    code: 'STORE_UNUSABLE',
    message:
      'The store /data/sentinel.db is damaged. Nothing was changed: the service sets such a file aside when it starts, begins a ' +
      'new one and tells everybody. Check the disk. To rescue data, use the command ".recover" of the sqlite3 shell.',
  });
});
