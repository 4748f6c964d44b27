import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { StoreIncident } from '../store.ts';
import type { Reserve, Restored } from './reserve.ts';
import { roomIn } from './room.ts';

const full = () => Object.assign(new Error('database or disk is full'), { errcode: 13 });
const locked = () => Object.assign(new Error('database is locked'), { errcode: 5 });
const MINUTE = 60_000;

/**
 * A room whose disk is full until something is given up, and what it did, in order: what the database was told, `-reserve` and
 * `+reserve`, and the commits that were tried.
 */
function room(settings: { halves?: number; clears?: number | Error; isWhole?: boolean } = {}) {
  const done: string[] = [];
  const logged: string[] = [];
  const incidents: StoreIncident[] = [];
  let ms = 1_000_000;
  let halves = settings.halves ?? 2;
  let restored: Restored = { kind: 'no-room' };
  let isTransaction = false;
  let checkpointError: Error | undefined;
  let touchError: Error | undefined;

  const reserve: Reserve = {
    isWhole: () => settings.isWhole ?? true,
    release() {
      done.push('-reserve');
      halves -= 1;
      return halves >= 0;
    },
    restore() {
      done.push('+reserve');
      return restored;
    },
  };
  const db = {
    get isTransaction() {
      return isTransaction;
    },
    exec(sql: string) {
      if (sql.startsWith('PRAGMA user_version') && touchError !== undefined) throw touchError;
      done.push(sql);
      isTransaction = sql.startsWith('BEGIN');
    },
    prepare: (sql: string) => ({
      get() {
        if (sql === 'PRAGMA user_version') return { user_version: 3 };
        done.push(sql);
        if (checkpointError !== undefined) throw checkpointError;
        return {};
      },
    }),
  };
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push(`${level}: ${message} ${Object.keys(fields).join()}`);
  const self = roomIn({
    db: db as unknown as DatabaseSync,
    path: '/data/sentinel.db',
    reserve,
    restored: (settings.isWhole ?? true) ? { kind: 'whole' } : { kind: 'no-room' },
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    monotonicMs: () => ms,
    clearAway() {
      done.push('clear');
      if (settings.clears instanceof Error) throw settings.clears;
      return settings.clears ?? 0;
    },
    forget: () => void done.push('forget'),
  });
  self.onIncident((incident) => incidents.push(incident));
  return {
    self,
    done,
    logged,
    incidents,
    later: (by: number) => {
      ms += by;
    },
    repair: (to: Restored = { kind: 'whole' }) => {
      restored = to;
    },
    breakCheckpoint: () => {
      checkpointError = locked();
    },
    breakTouch: (error: Error) => {
      touchError = error;
    },
    /** A commit that fails so many times before there is room. */
    commit(failures: number, error = full()) {
      let left = failures;
      self.withRoom((isThrifty) => {
        done.push(isThrifty ? 'thrifty commit' : 'commit');
        left -= 1;
        if (left >= 0) throw error;
      });
    },
  };
}

const CHECKPOINT = 'PRAGMA wal_checkpoint(TRUNCATE)';

describe('a commit', () => {
  it('is made as it is where there is room', () => {
    const { commit, done, logged } = room();
    commit(0);
    expect(done).toEqual(['commit']);
    expect(logged).toEqual([]);
  });

  it('for which there is no room gets half of the reserve, thriftily, and frees the log before and after', async () => {
    const { commit, done, incidents, logged } = room();
    commit(1);
    expect(done).toEqual(['commit', '-reserve', CHECKPOINT, 'thrifty commit', CHECKPOINT]);
    await Promise.resolve();
    expect(incidents).toMatchObject([{ kind: 'disk-full' }]);
    expect(incidents[0]!.detail).toBe(
      'The disk of the store /data/sentinel.db is full. Alerts are still stored, from a reserve kept for this; history and status ' +
        'messages are not. Free some space on that disk; the service then goes on by itself.',
    );
    expect(logged).toEqual([`error: ${incidents[0]!.detail} path`]);
  });

  it('that needs more gets what is worth least cleared away', () => {
    const { commit, done, logged } = room({ clears: 7 });
    commit(2);
    expect(done.slice(4)).toEqual([
      'BEGIN IMMEDIATE',
      'clear',
      'COMMIT',
      CHECKPOINT,
      'thrifty commit',
      CHECKPOINT,
    ]);
    expect(logged.at(-1)).toBe('warn: Dropped old history and statuses: the disk is full. path,rows');
  });

  it('that needs still more gets the other half of the reserve, with or without anything to clear', () => {
    const { commit, done, logged } = room({ clears: 0 });
    commit(2);
    expect(done.slice(4)).toEqual([
      'BEGIN IMMEDIATE',
      'clear',
      'COMMIT',
      '-reserve',
      'BEGIN IMMEDIATE',
      'clear',
      'COMMIT',
      CHECKPOINT,
      'thrifty commit',
      CHECKPOINT,
    ]);
    expect(logged).toHaveLength(1);
  });

  it('is refused when all of it is used up, saying so', () => {
    const { commit } = room({ halves: 0 });
    expect(() => commit(9)).toThrow('what was kept in reserve is used up');
  });

  it('goes on where clearing away itself finds no room, and forgets what it took for cleared', () => {
    const { commit, done } = room({ clears: full() });
    commit(2);
    expect(done.slice(4, 9)).toEqual(['BEGIN IMMEDIATE', 'clear', 'ROLLBACK', 'forget', '-reserve']);
    expect(done.at(-2)).toBe('thrifty commit');
  });

  it('does not hide that clearing away fails for another reason', () => {
    const { commit, done } = room({ clears: locked() });
    expect(() => commit(2)).toThrow('database is locked');
    expect(done.at(-2)).toBe('ROLLBACK');
  });

  it('that fails for another reason costs nothing of the reserve', () => {
    const { commit, done, incidents } = room();
    expect(() => commit(1, locked())).toThrow('database is locked');
    expect(done).toEqual(['commit']);
    expect(incidents).toEqual([]);
  });

  it('survives a log that cannot be freed', () => {
    const { commit, breakCheckpoint, logged } = room();
    breakCheckpoint();
    commit(1);
    expect(logged.at(-1)).toBe('debug: The write-ahead log could not be moved into the database. path,error');
  });

  it('is thrifty from the start where the reserve is not whole, and that is told by nobody twice', async () => {
    const { commit, done, incidents } = room({ isWhole: false });
    commit(1);
    expect(done[0]).toBe('thrifty commit');
    await Promise.resolve();
    expect(incidents).toEqual([]);
  });
});

describe('a disk that was full', () => {
  it('is tried again once a minute, and everybody is told when there is room', async () => {
    const { commit, done, later, repair, incidents, logged } = room();
    commit(1);
    done.length = 0;
    later(MINUTE - 1);
    commit(0);
    expect(done).toEqual(['thrifty commit', CHECKPOINT]);
    later(1);
    commit(0);
    later(MINUTE - 1);
    commit(0);
    expect(done.filter((one) => one === '+reserve')).toHaveLength(1);
    repair();
    later(1);
    done.length = 0;
    commit(0);
    commit(0);
    expect(done).toEqual(['+reserve', 'commit', 'commit']);
    await Promise.resolve();
    const detail =
      'The disk of the store /data/sentinel.db has room again. Checks and status messages are stored again.';
    expect(incidents.slice(1)).toEqual([{ kind: 'disk-recovered', detail }]);
    expect(logged.at(-1)).toBe(`info: ${detail} path`);
  });

  it('is found out about by a touch as well, which writes what is there already', () => {
    const { self, commit, done, later, repair } = room();
    commit(1);
    later(MINUTE);
    repair();
    done.length = 0;
    self.touch();
    self.touch();
    expect(done).toEqual(['+reserve', 'PRAGMA user_version = 3', 'PRAGMA user_version = 3']);
  });

  it('is told again when it is full again', async () => {
    const { commit, later, repair, incidents } = room({ halves: 9 });
    commit(1);
    commit(1);
    later(MINUTE);
    repair();
    commit(0);
    commit(1);
    await Promise.resolve();
    expect(incidents.map(({ kind }) => kind)).toEqual(['disk-full', 'disk-recovered', 'disk-full']);
  });

  it('is not tried again so soon where room was needed only now', () => {
    const { commit, done, later } = room({ halves: 9 });
    commit(1);
    later(MINUTE - 1);
    commit(1);
    later(MINUTE - 1);
    commit(0);
    expect(done).not.toContain('+reserve');
  });
});

describe('a reserve', () => {
  it('that is whole is not looked at again', () => {
    const { commit, done, logged, later } = room();
    later(MINUTE);
    commit(0);
    expect(done).toEqual(['commit']);
    expect(logged).toEqual([]);
  });

  it('that cannot be written though the disk has room again is told of, and tried on until it is there', async () => {
    const { commit, done, later, repair, incidents, logged } = room();
    commit(1);
    repair({ kind: 'failed', code: 'EMFILE' });
    for (let minute = 1; minute <= 2; minute += 1) {
      later(MINUTE);
      commit(0);
    }
    await Promise.resolve();
    expect(incidents.map(({ kind }) => kind)).toEqual(['disk-full', 'disk-recovered', 'reserve-missing']);
    const { detail } = incidents.at(-1)!;
    expect(detail).toContain('/data/sentinel.db.reserve, could not be written (EMFILE)');
    expect(logged.at(-1)).toBe(`error: ${detail} path`);
    expect(done.at(-1)).toBe('commit');

    repair();
    later(MINUTE);
    commit(0);
    later(MINUTE);
    commit(0);
    await Promise.resolve();
    const restored = 'The reserve of the store /data/sentinel.db is there again.';
    expect(incidents.slice(3)).toEqual([{ kind: 'reserve-restored', detail: restored }]);
    expect(logged.at(-1)).toBe(`info: ${restored} path`);
    expect(done.filter((one) => one === '+reserve')).toHaveLength(3);
  });

  it('that is missing does not hide that the disk is full later', async () => {
    const { commit, later, repair, incidents } = room();
    commit(1);
    repair({ kind: 'failed', code: 'EIO' });
    later(MINUTE);
    commit(0);
    commit(1);
    repair();
    later(MINUTE);
    commit(0);
    await Promise.resolve();
    expect(incidents.map(({ kind }) => kind).slice(3)).toEqual(['disk-full', 'disk-recovered']);
  });
});

it('a touch that fails says what to do', () => {
  const { self, breakTouch, done } = room();
  breakTouch(full());
  expect(() => self.touch()).toThrow('The disk of the store /data/sentinel.db is full');
  expect(done).toEqual([]);
});

it('what was refused is logged at most once a minute', () => {
  const { self, logged, later } = room();
  const refused = 'error: The store could not keep what it was given. path,error';
  self.logRefusal(full());
  later(MINUTE - 1);
  self.logRefusal(full());
  expect(logged).toEqual([refused]);
  later(1);
  self.logRefusal(full());
  self.logRefusal(full());
  expect(logged).toEqual([refused, refused]);
});

it('an incident of the store is logged at once, and told to everybody later', async () => {
  const { self, logged, incidents } = room();
  const incident = { kind: 'file-gone', detail: 'The file is gone.' } as const;
  self.tell(incident as StoreIncident);
  expect(logged).toEqual(['error: The file is gone. path']);
  expect(incidents).toEqual([]);
  await Promise.resolve();
  expect(incidents).toEqual([incident]);
});
