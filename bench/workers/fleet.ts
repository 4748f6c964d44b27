/** One pass over all sites of a configuration by the real application, timed by what it says to its log. */
import { readFile } from 'node:fs/promises';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { quantile } from '../statistics.ts';
import { answerOfWorker, taskOfWorker } from '../worker.ts';

export interface FleetTask {
  readonly config: string;
  readonly sites: number;
}

/** Of sites whose name begins with `healthy`, unless it says otherwise. */
export interface FleetAnswer {
  /** Until every site was checked, or could not be. */
  readonly passMs: number;
  readonly checkMs: number;
  readonly slowCheckMs: number;
  readonly untilCheckedMs: number;
  readonly untilLastMs: number;
}

const task = taskOfWorker<FleetTask>();
const config = await loadConfig(task.config, { env: {}, readFile });
const durations: number[] = [];
const ends: number[] = [];
let ended = 0;
const allEnded = Promise.withResolvers<void>();
const from = performance.now();

function note(fields: object, message: string): void {
  if (message !== 'site checked' && message !== 'site could not be checked') return;
  const { site, ms } = fields as { site: string; ms: number };
  if (site.startsWith('healthy')) {
    durations.push(ms);
    ends.push(performance.now() - from);
  }
  ended += 1;
  if (ended === task.sites) allEnded.resolve();
}

const app = await startApp(config, {
  clock: systemClock,
  random: Math.random,
  logger: {
    ...silentLogger,
    info: note,
    warn: note,
  },
});
await allEnded.promise;
const passMs = performance.now() - from;
await app.stop();
durations.sort((a, b) => a - b);
ends.sort((a, b) => a - b);
answerOfWorker<FleetAnswer>({
  passMs,
  checkMs: quantile(durations, 0.5),
  slowCheckMs: quantile(durations, 0.99),
  untilCheckedMs: quantile(ends, 0.5),
  untilLastMs: ends.at(-1)!,
});
