/** What the comparison has to know of a program that sends alerts. A new one is one file in `programs/`. */
import type { TestContext } from 'vitest';
import type { Condition } from './life.ts';
import type { Receiver } from './receiver.ts';
import type { Site } from './site.ts';

export interface Surroundings {
  readonly folder: string;
  readonly site: Site;
  readonly receiver: Receiver;
  readonly cleanup: Cleanup;
  /** Whether the program has to have its database, because the fault takes it away. */
  readonly needsDatabase: boolean;
}

/** As the helpers of the tests want it. */
export type Cleanup = TestContext['onTestFinished'];

/** One thing that a request says. */
export interface Told {
  /** The same for two that say the same; a receiver could tell by it that one is a repeat. */
  readonly id: string;
  /** Null for what the comparison does not ask for. */
  readonly condition: Condition | null;
  /** `over`: it says that the condition is over, and so at least that it was there. */
  readonly how: 'now' | 'over';
}

export interface AlertingProgram {
  readonly name: string;
  /** For the table: what runs, and with which settings. */
  readonly setting: string;
  /** What it sends alerts to; it plays the faults that this can have. */
  readonly sendsTo: 'webhook' | 'broker';
  /** What runs, with its version. */
  version(): Promise<string>;
  /** Resolves once it watches the license. */
  start(surroundings: Surroundings): Promise<RunningProgram>;
  /** What a request to the receiver, or a message to the broker, says; nothing for a body that is not a message. */
  told(body: string): readonly Told[];
}

export interface RunningProgram {
  /** SIGKILL to all its processes at once. */
  kill9(): Promise<void>;
  /** Starts it again, with what its disk holds. */
  restart(): Promise<void>;
  /** Takes away what it looks at, and gives it back. */
  loseSource(): Promise<void>;
  regainSource(): Promise<void>;
  /** The same for its database. */
  loseDatabase(): Promise<void>;
  regainDatabase(): Promise<void>;
}
