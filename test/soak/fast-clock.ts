/** A clock that runs so many times faster than the real one. */
import { type Clock, systemClock } from '../../src/platform/clock.ts';

export function fastClock(factor: number): Clock {
  const [wallMs, startMs] = [systemClock.now().getTime(), systemClock.monotonicMs()];
  const monotonicMs = () => (systemClock.monotonicMs() - startMs) * factor;
  return {
    now: () => new Date(wallMs + monotonicMs()),
    monotonicMs,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
