/**
 * Group commit: calls that wait at the same moment share one transaction and one fsync, each inside a savepoint of
 * its own, so that a call that fails takes nothing of the others with it.
 */
import type { DatabaseSync } from 'node:sqlite';
import { isNoRoom } from './failures.ts';

/** What a call does to the database. `isThrifty`: the disk is full, so leave out what is not an alert. */
export type Work<T> = (isThrifty: boolean) => T;

export interface GroupCommit {
  /** Resolves once the work is on disk; rejects when none of it is stored. */
  submit<T>(work: Work<T>): Promise<T>;
  /** Commits what waits now. */
  flush(): void;
}

export interface GroupCommitOptions {
  readonly db: DatabaseSync;
  /** Called when something was rolled back: whatever is remembered of the database may be wrong. */
  readonly forget: () => void;
  /**
   * Runs the commit. When it throws for lack of room, it may make some and run it again, with `isThrifty` or not;
   * what it throws in the end is what the callers get.
   */
  readonly withRoom: (commit: (isThrifty: boolean) => void) => void;
  /** Told of a call that could not be stored though there was nothing wrong with the call itself. */
  readonly onRefused: (error: unknown) => void;
}

/** Bounds what waits: the call that reaches it commits at once instead of waiting for the end of the turn. */
const LARGEST_GROUP = 512;
/** Bounds how long the first of many calls waits for the others. */
const MOST_TURNS = 8;

interface Call {
  readonly work: Work<unknown>;
  /** What to tell the caller, once the transaction has been committed. */
  answer: () => void;
  readonly reject: (error: unknown) => void;
  readonly resolve: (value: unknown) => void;
}

export function groupCommit({ db, forget, withRoom, onRefused }: GroupCommitOptions): GroupCommit {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const savepoint = db.prepare('SAVEPOINT one_call');
  const release = db.prepare('RELEASE one_call');
  let waiting: Call[] = [];

  const runInSavepoint = (call: Call, isThrifty: boolean): void => {
    savepoint.run();
    try {
      const value = call.work(isThrifty);
      release.run();
      call.answer = () => call.resolve(value);
    } catch (error) {
      // SQLite ends the whole transaction by itself for some errors; then there is nothing to go back to.
      if (isNoRoom(error) || !db.isTransaction) throw error;
      db.exec('ROLLBACK TO one_call; RELEASE one_call');
      forget();
      call.answer = () => call.reject(error);
    }
  };

  const transact = (calls: readonly Call[], isThrifty: boolean): void => {
    begin.run();
    try {
      for (const call of calls) runInSavepoint(call, isThrifty);
      commit.run();
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      forget();
      throw error;
    }
  };

  const commitGroup = (calls: readonly Call[]): void => {
    try {
      withRoom((isThrifty) => transact(calls, isThrifty));
    } catch (error) {
      if (calls.length === 1) {
        onRefused(error);
        for (const call of calls) call.reject(error);
        return;
      }
      // The smaller ones may still fit, and a fault of one must not be the fault of all.
      for (const call of calls) commitGroup([call]);
      return;
    }
    for (const call of calls) call.answer();
  };

  const flush = (): void => {
    const calls = waiting;
    waiting = [];
    if (calls.length > 0) commitGroup(calls);
  };

  /** Under load, calls come with each turn of the event loop, and the sync of one commit takes longer than many turns. */
  const flushAfterTheLast = (known: number, turns: number): void => {
    setImmediate(() => {
      if (waiting.length > known && turns < MOST_TURNS) flushAfterTheLast(waiting.length, turns + 1);
      else flush();
    });
  };

  return {
    submit: <T>(work: Work<T>) =>
      new Promise<T>((resolve, reject) => {
        const settleLater = resolve as (value: unknown) => void;
        waiting.push({ work, answer: () => {}, reject, resolve: settleLater });
        if (waiting.length === 1) flushAfterTheLast(1, 1);
        if (waiting.length >= LARGEST_GROUP) flush();
      }),
    flush,
  };
}
