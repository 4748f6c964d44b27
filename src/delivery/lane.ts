/** The lane of one destination: takes what waits in order, has it delivered, and settles it with the store. */
import type { OutboxRow } from '../store/store.ts';
import { type AttemptResult, createAttempts } from './attempt.ts';
import { createBatches } from './batches.ts';
import { watchContract } from './broken-destination.ts';
import type { Destination } from './destination.ts';
import { type Judgement, judge } from './judgement.ts';
import { countsAfter, type LaneCounts, nothingCounted } from './lane-counts.ts';
import { logAttempt } from './lane-log.ts';
import { createLaneMemory, type LaneMemoryOptions } from './lane-memory.ts';
import { createNap } from './nap.ts';
import { untilItWorks } from './patience.ts';

/** Both clocks are looked at this often; with nothing to do, that is all a lane does. */
const LONGEST_NAP_MS = 60_000;
/** However old a message is, it is not given up before this run of the service has tried for so long. */
const LEAST_TRIAL_MS = 3_600_000;

export interface LaneOptions extends LaneMemoryOptions {
  readonly destination: Destination;
}

export interface Lane {
  readonly name: string;
  /** Something may wait. Does not shorten a back-off. */
  wake(): void;
  counts(): LaneCounts;
  /** Resolves when the lane has stopped. */
  readonly ended: Promise<void>;
  /** True while the destination has not settled its last call. */
  isUnderWay(): boolean;
  /** True while the destination has not settled a call long after its deadline. */
  isHanging(): boolean;
  close(): Promise<void>;
}

export function startLane(options: LaneOptions): Lane {
  const { settings, destination, store, clock, random, logger, stopping, cut } = options;
  const { name, timeout, giveUpAfter, rateLimit = 0 } = settings;
  const nap = createNap(clock);
  const memory = createLaneMemory(options);
  const attempts = createAttempts(destination, timeout, clock);
  const contract = watchContract(name, timeout, logger);
  const batches = createBatches(store, name, () => contract.batchSize(destination.maxBatch));

  let counts = nothingCounted;
  let lastAttemptMs = Number.NEGATIVE_INFINITY;
  /** Monotonic time since which this run has tried in vain; null when the last attempt got somewhere. */
  let inVainSinceMs: number | null = null;

  function judgeResult(result: AttemptResult, rows: readonly OutboxRow[], at: number): Judgement {
    const inVainForMs = clock.monotonicMs() - (inVainSinceMs ?? lastAttemptMs);
    const mayGiveUp =
      result.kind !== 'hanging' && !cut.aborted && inVainForMs >= Math.min(giveUpAfter, LEAST_TRIAL_MS);
    const judgement = judge(rows, contract.outcomesOf(result, rows), {
      at,
      giveUpAfterMs: mayGiveUp ? giveUpAfter : Number.POSITIVE_INFINITY,
    });
    // An attempt that was cut short to stop the service says nothing about the destination.
    return cut.aborted ? { ...judgement, failure: undefined } : judgement;
  }

  async function attempt(rows: readonly OutboxRow[]): Promise<void> {
    lastAttemptMs = clock.monotonicMs();
    inVainSinceMs ??= lastAttemptMs;
    const delivered = attempts.deliver(
      rows.map(({ message }) => message),
      cut,
    );
    // Not before, so that the far end has something to do meanwhile.
    batches.readAhead();
    const result = await delivered;
    if (cut.aborted && result.kind !== 'outcomes') return;
    const at = clock.now().getTime();
    const judgement = judgeResult(result, rows, at);
    if (cut.aborted && judgement.settlements.length === 0) return;
    logAttempt(logger, name, { rows, judgement, ms: clock.monotonicMs() - lastAttemptMs });
    if (!(await memory.settle(at, judgement))) return;

    counts = countsAfter(counts, judgement);
    contract.settled(judgement.settlements.length);
    if (judgement.accepted > 0 || judgement.failure === undefined) inVainSinceMs = null;
    if (judgement.failure !== undefined) batches.restart();
  }

  async function waitForTurn(waitMs: number): Promise<void> {
    const alarmInMs = memory.alarmInMs() ?? LONGEST_NAP_MS;
    if (alarmInMs <= 0) await memory.raiseAlarm();
    await nap.sleep(Math.min(waitMs, alarmInMs > 0 ? alarmInMs : LONGEST_NAP_MS, LONGEST_NAP_MS));
  }

  async function takeTurn(): Promise<void> {
    const waitMs = Math.max(memory.backOffMs(), lastAttemptMs + rateLimit - clock.monotonicMs());
    if (waitMs > 0) return waitForTurn(waitMs);
    const patience = { clock, random, logger, destination: name, cut: stopping };
    const rows = await untilItWorks(() => batches.next(), patience);
    if (rows === undefined || stopping.aborted) return;
    return rows.length === 0 ? nap.sleep(LONGEST_NAP_MS) : attempt(rows);
  }

  async function run(): Promise<void> {
    if (!(await memory.load())) return;
    while (!stopping.aborted) {
      nap.arm();
      try {
        await takeTurn();
      } catch (error) {
        logger.error({ destination: name, err: error }, 'the lane stumbled and goes on');
        batches.restart();
        await nap.sleep(LONGEST_NAP_MS);
      }
    }
  }

  stopping.addEventListener('abort', () => nap.ring());
  return {
    name,
    wake: () => nap.ring(),
    counts: () => counts,
    ended: run(),
    isUnderWay: () => attempts.isUnderWay(),
    isHanging: () => attempts.isHanging(),
    close: () => destination.close(),
  };
}
