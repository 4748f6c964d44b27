import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { groupCommit } from './group-commit.ts';

let db: DatabaseSync;
/** How many rows each commit added. */
let groups: number[];
let refused: unknown[];
let failure: Error | undefined;

beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE fact (n INTEGER NOT NULL) STRICT');
  groups = [];
  refused = [];
  failure = undefined;
  onTestFinished(() => db.close());
});

const rowCount = () => Number(db.prepare('SELECT count(*) AS n FROM fact').get()?.['n']);

function group() {
  return groupCommit({
    db,
    forget: () => {},
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
