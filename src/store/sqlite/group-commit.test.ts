import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { groupCommit } from './group-commit.ts';

let db: DatabaseSync;
/** How many rows each commit added. */
let groups: number[];
let refused: unknown[];
let failure: Error | undefined;
let timesForgotten: number;

beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE fact (n INTEGER NOT NULL) STRICT');
  groups = [];
  refused = [];
  failure = undefined;
  timesForgotten = 0;
  onTestFinished(() => db.close());
});

const rowCount = () => Number(db.prepare('SELECT count(*) AS n FROM fact').get()?.['n']);

function group() {
  return groupCommit({
    db,
    forget: () => {
      timesForgotten += 1;
    },
    withRoom: (commit) => {
      if (failure !== undefined) throw failure;
      const before = rowCount();
      commit(false);
      groups.push(rowCount() - before);
    },
    onRefused: (error) => refused.push(error),
  });
}

const insert = (n: number) => () => {
  db.prepare('INSERT INTO fact VALUES (?)').run(n);
  return n;
};

it('commits calls that overlap together, and answers each with its own result', async () => {
  const commits = group();
  expect(await Promise.all([1, 2, 3].map((n) => commits.submit(insert(n))))).toEqual([1, 2, 3]);
  expect(groups).toEqual([3]);
  await commits.submit(insert(4));
  expect(groups).toEqual([3, 1]);
});

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('waits for calls that come with the next turns of the event loop, as long as each brings more, but not for ever', async () => {
  const commits = group();
  const answers: Promise<unknown>[] = [];
  for (let n = 1; n <= 12; n += 1) {
    // Asked for first, so that the next call comes before the group looks whether there is one.
    const turn = nextTurn();
    answers.push(commits.submit(insert(n)));
    await turn;
  }
  await Promise.all(answers);
  expect(groups).toEqual([9, 3]);
});

it('lets a call that comes alone wait for one turn of the event loop only', async () => {
  const commits = group();
  const answered = commits.submit(insert(1));
  await nextTurn();
  expect(groups).toEqual([1]);
  await answered;
});

it('answers nobody before the commit', async () => {
  const commits = group();
  const answered = commits.submit(insert(1));
  expect(rowCount()).toBe(0);
  await answered;
  expect(groups).toEqual([1]);
  expect(db.isTransaction).toBe(false);
});

it('never lets more wait than one group takes', async () => {
  const commits = group();
  const all = Array.from({ length: 1300 }, (_, n) => commits.submit(insert(n)));
  expect(groups).toEqual([512, 512]);
  await Promise.all(all);
  expect(groups).toEqual([512, 512, 276]);
});

it('takes back all of a call that fails half-way, and nothing of the others', async () => {
  const commits = group();
  const results = await Promise.allSettled([
    commits.submit(insert(1)),
    commits.submit(() => {
      insert(2)();
      throw new Error('half-way');
    }),
    commits.submit(insert(3)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(db.prepare('SELECT n FROM fact').all()).toEqual([{ n: 1 }, { n: 3 }]);
  expect(refused).toEqual([]);
});

it('rejects everyone when the commit itself fails, says so, and goes on afterwards', async () => {
  const commits = group();
  failure = new Error('disk on fire');
  const results = await Promise.allSettled([commits.submit(insert(1)), commits.submit(insert(2))]);
  expect(results).toEqual([
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
  ]);
  expect(refused).toEqual([failure, failure]);

  failure = undefined;
  await commits.submit(insert(3));
  expect(db.prepare('SELECT n FROM fact').all()).toEqual([{ n: 3 }]);
});

it('for lack of room takes back the whole group, forgets it, and tries each call by itself', async () => {
  const commits = group();
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  const results = await Promise.allSettled([
    commits.submit(insert(1)),
    commits.submit(() => {
      insert(2)();
      throw full;
    }),
  ]);
  expect(results).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: full },
  ]);
  expect(db.prepare('SELECT n FROM fact').all()).toEqual([{ n: 1 }]);
  expect(db.isTransaction).toBe(false);
  expect(refused).toEqual([full]);
  expect(groups).toEqual([1]);
  // Of the group, and of the second call by itself.
  expect(timesForgotten).toBe(2);
});

it('says what went wrong where SQLite has ended the transaction by itself, and goes on', async () => {
  const commits = group();
  const broken = new Error('disk I/O error');
  const answered = commits.submit(() => {
    insert(1)();
    db.exec('ROLLBACK');
    throw broken;
  });
  await expect(answered).rejects.toBe(broken);
  expect(refused).toEqual([broken]);
  expect(timesForgotten).toBe(1);
  await commits.submit(insert(2));
  expect(db.prepare('SELECT n FROM fact').all()).toEqual([{ n: 2 }]);
});
