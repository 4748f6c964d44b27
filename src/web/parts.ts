/** What the routes are made of. Scheduler and dispatcher come in as the little that is shown of them. */
import type { Liveness } from '../liveness/liveness.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Acknowledging } from './acknowledging.ts';
import type { CheckCounter } from './check-counts.ts';
import type { ConfiguredDestination } from './deliveries.ts';
import type { Events } from './events.ts';
import type { HealthWatch } from './health.ts';
import type { AttemptCounts } from './metrics.ts';
import type { EndDateStep } from './past.ts';
import type { ProcessWatch } from './process-figures.ts';
import type { ConfiguredSite, SitesNow } from './sites-now.ts';
import type { WatchedStore } from './watch-store.ts';
import type { WebSection } from './web-section.ts';
import type { Gate } from './who-may.ts';

/** How slow somebody may be, in ms. */
export interface Patience {
  /** For the head of a request, from its connection on. */
  readonly headers: number;
  /** For a whole request. */
  readonly request: number;
  /** For a connection on which nothing moves. */
  readonly idle: number;
  /** How often the first two are looked at. */
  readonly lookEvery: number;
}

export interface WebOptions {
  readonly section: WebSection;
  readonly watched: WatchedStore;
  readonly sites: readonly ConfiguredSite[];
  readonly destinations: readonly ConfiguredDestination[];
  readonly scheduler: { nextAt(site: string): Date | undefined };
  readonly dispatcher: {
    counts(): Readonly<Record<string, AttemptCounts>>;
    wake(destination?: string): void;
  };
  readonly liveness: Pick<Liveness, 'stalls' | 'notBegun'>;
  readonly acknowledging: Acknowledging;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of License Sentinel; default: that of the package. */
  readonly version?: string;
  /** Where the built page may be. Without it there is only the API. Default: where it is built. */
  readonly pageFolders?: readonly string[];
  /** Default: 10 s for a request, 30 s for a connection. */
  readonly patience?: Patience;
}

export interface Parts extends WebOptions {
  readonly version: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly now: SitesNow;
  readonly stepsOf: (site: string) => Promise<readonly EndDateStep[]>;
  readonly checks: CheckCounter;
  readonly events: Events;
  readonly health: HealthWatch;
  readonly process: ProcessWatch;
  readonly gate: Gate;
  readonly pageFolders: readonly string[];
}
