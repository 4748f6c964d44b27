/** What this process takes. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessFigures } from './metrics.ts';

const RESOLUTION_MS = 20;

export interface ProcessWatch {
  figures(): ProcessFigures;
  stop(): void;
}

export function watchProcess(): ProcessWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    figures() {
      const { user, system } = process.cpuUsage();
      // The timer's own interval is part of what is measured.
      const lagMs = Number.isFinite(delay.mean) ? delay.mean / 1e6 - RESOLUTION_MS : 0;
      delay.reset();
      return {
        residentBytes: process.memoryUsage.rss(),
        cpuSeconds: (user + system) / 1e6,
        startedAt: performance.timeOrigin / 1000,
        eventLoopLagSeconds: Math.max(0, lagMs) / 1000,
      };
    },
    stop: () => delay.disable(),
  };
}
