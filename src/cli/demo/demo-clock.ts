/** A clock whose days can be skipped: durations are real, only the calendar moves on. */
import type { Clock } from '../../platform/clock.ts';

export interface DemoClock extends Clock {
  skipTo(instant: Date): void;
}

export function demoClock(real: Clock): DemoClock {
  let aheadMs = 0;
  return {
    now: () => new Date(real.now().getTime() + aheadMs),
    monotonicMs: () => real.monotonicMs(),
    sleep: (ms, signal) => real.sleep(ms, signal),
    skipTo(instant) {
      aheadMs = instant.getTime() - real.now().getTime();
    },
  };
}
