/** What a lane remembers, kept in step with the store and with a wall clock that may jump. */
import type { Clock, Random } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Message, RoutedMessage } from '../store/message.ts';
import { idleLane, type LaneRecord, type Store } from '../store/store.ts';
import type { CommonSettings } from './common-section.ts';
import type { Judgement } from './judgement.ts';
import { alarmDueAt, alarmStep, type LaneStep, stepLane } from './lane-alarm.ts';
import { logAlarms } from './lane-log.ts';
import { correctedLane, shiftedLane } from './lane-record.ts';
import { untilItWorks } from './patience.ts';

/** A smaller difference between the two clocks is drift. */
const CLOCK_STEP_MS = 1_000;

export interface LaneMemoryOptions {
  readonly settings: CommonSettings;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly alertAfterMs: number;
  /** Addresses messages about this lane to the other ones. */
  routeToOthers(messages: readonly Message[]): readonly RoutedMessage[];
  /** Called after messages for others were stored. */
  wakeOthers(messages: readonly RoutedMessage[]): void;
  /** Aborts when no new attempt may start. */
  readonly stopping: AbortSignal;
  /** Aborts when attempts under way have to end. */
  readonly cut: AbortSignal;
}

export interface LaneMemory {
  /** Reads what an earlier run left; false when the service stops before. */
  load(): Promise<boolean>;
  /** Milliseconds until the back-off is over, 0 or less when it is. */
  backOffMs(): number;
  /** Milliseconds until the others have to be told that this lane fails; undefined while it works. */
  alarmInMs(): number | undefined;
  /** Tells the others that this lane fails, if something waits in it. */
  raiseAlarm(): Promise<void>;
  /** Stores what an attempt came to, however often the store has to be asked; false when the service stops before. */
  settle(at: number, judgement: Judgement): Promise<boolean>;
}

export function createLaneMemory(options: LaneMemoryOptions): LaneMemory {
  const { settings, store, clock, random, logger, alertAfterMs, stopping, cut } = options;
  const { name: destination, kind, giveUpAfter: giveUpAfterMs } = settings;
  const patience = { clock, random, logger, destination };
  let record: LaneRecord = idleLane;
  let wallAheadMs = 0;

  const wallMs = () => clock.now().getTime();

  /** The record, its distances in time as they were before any step of the wall clock. */
  function current(): LaneRecord {
    const stepMs = wallMs() - clock.monotonicMs() - wallAheadMs;
    if (Math.abs(stepMs) >= CLOCK_STEP_MS) {
      wallAheadMs += stepMs;
      record = shiftedLane(record, stepMs);
    }
    return record;
  }

  async function waitingRows(): Promise<number | null> {
    const summaries = await store.laneSummaries().catch(() => []);
    return summaries.find((each) => each.destination === destination)?.waiting ?? null;
  }

  async function commit(at: number, settlements: Judgement['settlements'], step: LaneStep): Promise<boolean> {
    const messages = options.routeToOthers(step.messages);
    const isStored = await untilItWorks(
      async () => {
        await store.settle({ destination, at, settlements, lane: step.lane, messages });
        return true;
      },
      { ...patience, cut },
    );
    if (isStored === undefined) return false;
    record = step.lane;
    logAlarms(logger, destination, step.messages);
    options.wakeOthers(messages);
    return true;
  }

  return {
    async load() {
      const loaded = await untilItWorks(() => store.lane(destination), { ...patience, cut: stopping });
      if (loaded === undefined) return false;
      wallAheadMs = wallMs() - clock.monotonicMs();
      record = correctedLane(loaded, wallMs());
      return true;
    },

    backOffMs() {
      const { nextAttemptAt } = current();
      return nextAttemptAt === null ? 0 : nextAttemptAt - wallMs();
    },

    alarmInMs() {
      const dueAt = alarmDueAt(current(), alertAfterMs);
      return dueAt === null ? undefined : dueAt - wallMs();
    },

    async raiseAlarm() {
      const waiting = await waitingRows();
      if (waiting === 0) return;
      const at = wallMs();
      const context = { destination, kind, alertAfterMs, giveUpAfterMs, waiting };
      await commit(at, [], alarmStep(current(), at, context));
    },

    async settle(at, judgement) {
      const drawn = random();
      const before = current();
      const stepWith = (waiting: number | null) =>
        stepLane(
          before,
          { at, ...judgement },
          {
            destination,
            kind,
            alertAfterMs,
            giveUpAfterMs,
            waiting,
            random: () => drawn,
          },
        );
      let step = stepWith(null);
      // Counting what waits is dear, so it is done only when it is told.
      if (step.messages.some((message) => message.kind === 'destination-failing')) {
        const waiting = await waitingRows();
        step = stepWith(waiting === null ? null : Math.max(0, waiting - judgement.settlements.length));
      }
      return commit(at, judgement.settlements, step);
    },
  };
}
