/** A store that keeps its promises until the process ends. It passes the same contract as the real one. */
import type { Message, RoutedMessage } from '../../src/store/message.ts';
import {
  type CheckRecord,
  idleLane,
  type LaneRecord,
  type OutboxRow,
  type Receipt,
  type SiteRecord,
  type Store,
  StoreError,
  type StoreIncident,
  type VersionRecord,
} from '../../src/store/store.ts';
import { isThinnable, MS_PER_DAY } from '../../src/store/thinning.ts';

export interface MemoryStoreOptions {
  readonly longLaneRows?: number;
  readonly maxStatusRowsPerLane?: number;
}

export interface MemoryStore extends Store {
  /** Lets a test play an incident to whoever listens. */
  tellIncident(incident: StoreIncident): void;
}

interface Lane {
  rows: OutboxRow[];
  receipts: Receipt[];
  record: LaneRecord;
}

export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { longLaneRows = 100, maxStatusRowsPerLane = 500_000 } = options;
  const sites = new Map<string, SiteRecord>();
  const versions = new Map<string, VersionRecord>();
  const lanes = new Map<string, Lane>();
  const listeners: ((incident: StoreIncident) => void)[] = [];
  let checks: CheckRecord[] = [];
  let lastSeq = 0;
  let isClosed = false;

  const laneOf = (destination: string): Lane => {
    const lane = lanes.get(destination) ?? { rows: [], receipts: [], record: idleLane };
    lanes.set(destination, lane);
    return lane;
  };
  const checksOf = (site: string) =>
    checks.filter((check) => check.site === site).sort((a, b) => a.at - b.at);
  const laneList = (name?: string) => [...lanes].filter(([each]) => name === undefined || each === name);

  const take = (messages: readonly RoutedMessage[], at: number): void => {
    for (const { message, destinations } of messages) {
      lastSeq += 1;
      const seq = lastSeq;
      for (const { name, supersedes } of destinations) {
        const lane = laneOf(name);
        if ([...lane.rows, ...lane.receipts].some((each) => each.message.id === message.id)) continue;
        lane.rows.push({ seq, message, enqueuedAt: at });
        if (supersedes && lane.rows.length > longLaneRows) dropSuperseded(lane, message);
        dropBeyondLimit(lane);
      }
    }
  };
  const dropSuperseded = (lane: Lane, newest: Message): void => {
    if (newest.topic !== 'status' || newest.site === null) return;
    lane.rows = lane.rows.filter(
      ({ message }) => message.topic === 'alert' || message.site !== newest.site || message.id === newest.id,
    );
  };
  const dropBeyondLimit = (lane: Lane): void => {
    const statuses = lane.rows.filter(({ message }) => message.topic === 'status');
    const surplus = new Set(statuses.slice(0, Math.max(0, statuses.length - maxStatusRowsPerLane)));
    lane.rows = lane.rows.filter((row) => !surplus.has(row));
  };
  const removeDeadLetter = (destination: string, seq: number): Receipt | undefined => {
    const lane = lanes.get(destination);
    const letter = lane?.receipts.find((each) => each.seq === seq && each.result.kind === 'dead');
    if (lane !== undefined) lane.receipts = lane.receipts.filter((each) => each !== letter);
    return letter;
  };
  const open = (): void => {
    if (isClosed) throw new StoreError('STORE_CLOSED', 'The store is closed.');
  };

  return {
    incidents: [],
    onIncident: (listener) => void listeners.push(listener),
    tellIncident: (incident) => {
      for (const listener of listeners) listener(incident);
    },

    async siteRecord(site) {
      open();
      return sites.get(site) ?? null;
    },
    async siteRecords() {
      open();
      return [...sites.values()].sort((a, b) => (a.site < b.site ? -1 : 1));
    },
    async versionRecord(site) {
      open();
      return versions.get(site) ?? null;
    },
    async versionRecords() {
      open();
      return [...versions.values()].sort((a, b) => (a.site < b.site ? -1 : 1));
    },
    async history(site, { from, to, limit }) {
      open();
      return checksOf(site)
        .filter(({ at }) => at >= from && at < to)
        .slice(0, limit);
    },

    async commitCheck(commit) {
      open();
      const { check, basedOn, alertState, status, messages } = asStored(commit);
      if ((sites.get(check.site)?.revision ?? 0) !== basedOn) return 'stale';
      checks.push(check);
      const revision = basedOn + 1;
      sites.set(check.site, { site: check.site, alertState, lastCheck: check, status, revision });
      take(messages, check.at);
      return 'stored';
    },
    async commitAlertState(commit) {
      open();
      const { site, at, basedOn, alertState, messages } = asStored(commit);
      const before = sites.get(site);
      if (before === undefined || before.revision !== basedOn) return 'stale';
      sites.set(site, { ...before, alertState, revision: basedOn + 1 });
      take(messages, at);
      return 'stored';
    },
    async commitVersion(commit) {
      open();
      const { site, at, state, messages } = asStored(commit);
      versions.set(site, { site, state });
      take(messages, at);
    },
    async enqueue(messages, at) {
      open();
      take(asStored(messages), at);
    },

    async nextRows(destination, limit, afterSeq = 0) {
      open();
      return (lanes.get(destination)?.rows ?? []).filter(({ seq }) => seq > afterSeq).slice(0, limit);
    },
    async lane(destination) {
      open();
      return lanes.get(destination)?.record ?? idleLane;
    },
    async laneSummaries() {
      open();
      return laneList()
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([destination, { rows, receipts, record }]) => ({
          destination,
          waiting: rows.length,
          oldestEnqueuedAt: rows[0]?.enqueuedAt ?? null,
          deadLetters: receipts.filter(({ result }) => result.kind === 'dead').length,
          lane: record,
        }));
    },
    async settle(commit) {
      open();
      const { destination, at, settlements, lane: record, messages } = asStored(commit);
      const lane = laneOf(destination);
      lane.record = record;
      for (const { seq, result } of settlements) {
        const row = lane.rows.find((each) => each.seq === seq);
        if (row === undefined) continue;
        lane.rows = lane.rows.filter((each) => each !== row);
        if (row.message.topic === 'status' && result.kind === 'accepted') continue;
        lane.receipts.push({ destination, seq, message: row.message, at, result });
      }
      take(messages, at);
    },

    async receipts({ destination, site, before, limit }) {
      open();
      return laneList(destination)
        .flatMap(([, lane]) => lane.receipts)
        .filter(({ message }) => message.topic === 'alert' && (site === undefined || message.site === site))
        .filter(
          ({ at, seq }) => before === undefined || at < before.at || (at === before.at && seq < before.seq),
        )
        .sort((a, b) => b.at - a.at || b.seq - a.seq)
        .slice(0, limit);
    },
    async deadLetters({ destination, afterSeq = 0, newestFirst = false, limit }) {
      open();
      const letters = laneList(destination)
        .flatMap(([, lane]) => lane.receipts)
        .filter(({ result, seq }) => result.kind === 'dead' && seq > afterSeq)
        .sort((a, b) => a.seq - b.seq);
      return (newestFirst ? letters.toReversed() : letters).slice(0, limit);
    },
    async retryDeadLetter(destination, seq, at) {
      open();
      const letter = removeDeadLetter(destination, seq);
      if (letter === undefined) return false;
      lastSeq += 1;
      laneOf(destination).rows.push({ seq: lastSeq, message: letter.message, enqueuedAt: at });
      return true;
    },
    async dropDeadLetter(destination, seq) {
      open();
      return removeDeadLetter(destination, seq) !== undefined;
    },

    async thinHistory({ now, thinAfterDays, keepDays }) {
      open();
      const forgottenBefore = now - keepDays * MS_PER_DAY;
      for (const [, lane] of lanes) lane.receipts = lane.receipts.filter(({ at }) => at >= forgottenBefore);
      const thinned = new Set<CheckRecord>();
      for (const site of sites.keys()) {
        checksOf(site).forEach((check, index, all) => {
          const isOld = check.at < now - thinAfterDays * MS_PER_DAY;
          if (isOld && isThinnable(all[index - 1], check, all[index + 1])) thinned.add(check);
        });
      }
      checks = checks.filter((check) => check.at >= forgottenBefore && !thinned.has(check));
      return false;
    },

    async touch() {
      open();
    },

    async close() {
      isClosed = true;
    },
  };
}

/** What a store would give back after a restart. Throws for what cannot be stored, before anything is. */
function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
