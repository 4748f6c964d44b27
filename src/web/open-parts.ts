/** What the routes are made of, as far as it has to follow the store from the start, whether anybody looks or not. */
import { join } from 'node:path';
import { ownVersion, packageRoot } from '../platform/package-root.ts';
import { createCheckCounter } from './check-counts.ts';
import { openEvents } from './events.ts';
import { watchHealth } from './health.ts';
import type { Parts, WebOptions } from './parts.ts';
import { endDateSteps } from './past.ts';
import { watchProcess } from './process-figures.ts';
import { openSitesNow } from './sites-now.ts';
import { createGate } from './who-may.ts';

const pageFolders = [join(packageRoot, 'dist/page')];

/** What the routes need, following the store from now on. */
export async function openParts(options: WebOptions, signal: AbortSignal): Promise<Parts> {
  const { watched, clock, scheduler, section } = options;
  const checks = createCheckCounter();
  const events = openEvents(clock, signal);
  watched.listen((event) => {
    if (event.kind === 'check') checks.add(event.commit.check);
    events.tell({
      site:
        event.kind === 'other' ? null : event.kind === 'check' ? event.commit.check.site : event.commit.site,
    });
  });
  const now = await openSitesNow({
    watched,
    sites: options.sites,
    clock,
    signal,
    nextCheckAt: (site) => scheduler.nextAt(site),
  });
  return {
    ...options,
    version: options.version ?? ownVersion(),
    startedAt: clock.now().getTime(),
    now,
    stepsOf: endDateSteps(watched.store),
    checks,
    events,
    health: watchHealth({
      watched,
      liveness: options.liveness,
      neverChecked: () => now.neverChecked(),
      now: () => clock.now().getTime(),
    }),
    process: watchProcess(),
    gate: createGate(section, clock),
    pageFolders: options.pageFolders ?? pageFolders,
  };
}
