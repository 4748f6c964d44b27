/** A store file with wrong bytes: it is set aside and a new one begun, or it is read as it was; never anything between. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import {
  alertMessage,
  builtAt,
  checkCommit,
  commitNext,
  routed,
  statusMessage,
} from '../../../test/fakes/messages.ts';
import { silentLogger } from '../../platform/logger.ts';
import { idleLane, type Store, StoreError } from '../store.ts';
import { openSqliteStore } from './open.ts';

const PAGE_BYTES = 4096;
const HEADER_BYTES = 100;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damage-'));
  path = join(folder, 'sentinel.db');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const open = () =>
  openSqliteStore({ path, logger: silentLogger, now: () => new Date(builtAt), reserveBytes: 0 });

/** A little of everything, with messages long enough to need several pages. */
async function wholeFile(): Promise<Buffer> {
  const store = await open();
  for (let n = 0; n < 12; n += 1) {
    const text = 'x'.repeat(n === 5 ? 20_000 : 300);
    const messages = [
      routed(alertMessage({ id: `alert-${n}`, text }), 'a', 'b'),
      routed(statusMessage({ id: `status-${n}` }), 'a'),
    ];
    await commitNext(store, checkCommit({ check: { site: `site-${n % 3}`, at: builtAt + n }, messages }));
  }
  const [first, second] = await store.nextRows('b', 2);
  const settlements = [
    { seq: first!.seq, result: { kind: 'accepted' as const } },
    { seq: second!.seq, result: { kind: 'dead' as const, reason: 'refused', detail: 'HTTP 404' } },
  ];
  await store.settle({ destination: 'b', at: builtAt, settlements, lane: idleLane, messages: [] });
  await store.close();
  return readFileSync(path);
}

async function contentOf(store: Store) {
  return {
    sites: await store.siteRecords(),
    versions: await store.versionRecords(),
    lanes: await store.laneSummaries(),
    receipts: await store.receipts({ limit: 100 }),
    deadLetters: await store.deadLetters({ limit: 100 }),
    waiting: await Promise.all(['a', 'b'].map((name) => store.nextRows(name, 100))),
    history: await Promise.all(
      [0, 1, 2].map((n) => store.history(`site-${n}`, { from: 0, to: builtAt * 2, limit: 100 })),
    ),
  };
}

/** What opening a file with these bytes comes to, in one word; throws where it is wrong. */
async function fateOf(bytes: Buffer, whole: unknown): Promise<string> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  writeFileSync(path, bytes);
  let store: Store;
  try {
    store = await open();
  } catch (error) {
    return error instanceof StoreError ? error.code : `threw ${String(error)}`;
  }
  try {
    if (store.incidents.length === 0) {
      const content = await contentOf(store);
      return JSON.stringify(content) === JSON.stringify(whole) ? 'read' : 'another text';
    }
    const [{ kind, detail }] = store.incidents as [(typeof store.incidents)[0]];
    const aside = readdirSync(folder).find((name) => /\.corrupt-[\dTZ.-]+$/.test(name));
    if (aside === undefined || !readFileSync(join(folder, aside)).equals(bytes)) return 'not kept';
    if (!detail.includes(aside) || !detail.includes('Check the disk')) return 'not told';
    await commitNext(store, checkCommit());
    return kind;
  } catch (error) {
    return `failed later: ${String(error)}`;
  } finally {
    await store.close();
  }
}

async function fatesOf(places: readonly { name: string; from: number; bytes: number }[]) {
  const good = await wholeFile();
  const store = await open();
  const whole = await contentOf(store);
  await store.close();
  const fates: Record<string, string[]> = {};
  for (const { name, from, bytes } of places.length > 0 ? places : pagesOf(good)) {
    const broken = Buffer.from(good);
    for (let at = from; at < from + bytes; at += 1) broken[at]! ^= 0xff;
    const fate = await fateOf(broken, whole);
    fates[fate] = [...(fates[fate] ?? []), name];
  }
  return fates;
}

const pagesOf = (file: Buffer) =>
  Array.from({ length: file.length / PAGE_BYTES }, (_, n) => ({
    name: `page ${n + 1}`,
    from: n * PAGE_BYTES,
    bytes: PAGE_BYTES,
  }));

it('is set aside whichever page of it is wrong', { timeout: 60_000 }, async () => {
  const { 'corrupt-file-set-aside': aside = [], ...others } = await fatesOf([]);
  expect(others).toEqual({});
  expect(aside.length).toBeGreaterThan(20);
});

it('is set aside or read whichever byte of its header is wrong', { timeout: 60_000 }, async () => {
  const bytes = Array.from({ length: HEADER_BYTES }, (_, at) => ({ name: `byte ${at}`, from: at, bytes: 1 }));
  const { 'corrupt-file-set-aside': aside = [], read = [], ...others } = await fatesOf(bytes);
  expect(others).toEqual({});
  expect(aside.length).toBeGreaterThan(16);
  expect(read.length).toBeGreaterThan(0);
});

it.each([0, 1, 2, 101, -1])(
  'is set aside when its header says format %i, which its tables are not',
  async (format) => {
    const bytes = await wholeFile();
    bytes.writeInt32BE(format, 60);
    expect(await fateOf(bytes, null)).toBe('corrupt-file-set-aside');
  },
);

it('is set aside or can be read to its end, whichever byte is wrong', { timeout: 60_000 }, async () => {
  const { length } = await wholeFile();
  const spots = Array.from({ length: 400 }, (_, n) => Math.floor((n * length) / 400));
  const fates = await fatesOf(spots.map((from) => ({ name: `byte ${from}`, from, bytes: 1 })));
  // SQLite keeps no checksums: a text in which one letter is another goes unseen.
  const { 'corrupt-file-set-aside': aside = [], read = [], 'another text': text = [], ...others } = fates;
  expect(others).toEqual({});
  expect(Math.min(aside.length, read.length, text.length)).toBeGreaterThan(20);
});
