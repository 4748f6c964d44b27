/** Says in the log that lanes were too long and lost status messages; not more than once a minute. */
import type { Logger } from '../../platform/logger.ts';

const INTERVAL_MS = 60_000;

export function droppedLog(
  logger: Logger,
  monotonicMs: () => number,
): (destination: string, count: number) => void {
  const counts = new Map<string, number>();
  let lastMs: number | undefined;
  return (destination, count) => {
    counts.set(destination, (counts.get(destination) ?? 0) + count);
    if (lastMs !== undefined && monotonicMs() - lastMs < INTERVAL_MS) return;
    lastMs = monotonicMs();
    logger.warn(
      { dropped: Object.fromEntries(counts) },
      'Dropped the oldest status messages of lanes that are full; alerts are all kept. Repair these destinations.',
    );
    counts.clear();
  };
}
