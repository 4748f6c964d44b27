/** What of the service hangs, strand by strand: one that hangs is not hidden by others that go on. */
import type { Beat } from './beat.ts';

export type StallKind = 'checks-loop' | 'versions-loop' | 'lane' | 'destination' | 'site' | 'version';

export interface Stall {
  readonly kind: StallKind;
  /** Of the destination or the site; undefined for what there is only one of. */
  readonly name?: string;
}

export interface Liveness {
  /** What hangs, so that a restart would help; empty when all is well. */
  stalls(): readonly Stall[];
  /** Destinations whose lane has not got through its first turn. */
  notBegun(): readonly string[];
  /** Whether every loop has moved since `sinceMs` (monotonic), or sleeps as it meant to. */
  hasMovedSince(sinceMs: number): boolean;
}

export interface LivenessOptions {
  readonly checks: Beat;
  readonly versions: Beat;
  /** By destination. */
  readonly lanes: ReadonlyMap<string, Beat>;
  /** Names of sites whose check does not end. */
  hangingChecks(): readonly string[];
  /** Names of sites whose look for the version does not end. */
  hangingVersions(): readonly string[];
  /** Names of destinations that do not end an attempt. */
  hangingDestinations(): readonly string[];
}

export function watchLiveness(options: LivenessOptions): Liveness {
  const { checks, versions, lanes } = options;
  const named = (kind: StallKind, names: readonly string[]): readonly Stall[] =>
    names.map((name) => ({ kind, name }));
  return {
    stalls: () => [
      ...(checks.isAlive() ? [] : [{ kind: 'checks-loop' } as const]),
      ...(versions.isAlive() ? [] : [{ kind: 'versions-loop' } as const]),
      ...named(
        'lane',
        [...lanes].filter(([, beat]) => !beat.isAlive()).map(([name]) => name),
      ),
      ...named('destination', options.hangingDestinations()),
      ...named('site', options.hangingChecks()),
      ...named('version', options.hangingVersions()),
    ],
    notBegun: () => [...lanes].filter(([, beat]) => !beat.hasBegun()).map(([name]) => name),
    hasMovedSince: (sinceMs) =>
      [checks, versions, ...lanes.values()].every((beat) => beat.hasMovedSince(sinceMs)),
  };
}

/** How many of one kind are named; thousands of sites are not for one line. */
const MOST_NAMES = 5;

interface Words {
  /** Without names, for strangers. */
  readonly counted: (count: number) => string;
  readonly named: (names: string) => string;
}

const plural = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

const words: Readonly<Record<StallKind, Words>> = {
  'checks-loop': same('the loop that checks the sites does not turn'),
  'versions-loop': same('the loop that looks for versions does not turn'),
  lane: {
    counted: (count) => plural(count, 'lane does not turn', 'lanes do not turn'),
    named: (names) => `the lane of ${names} does not turn`,
  },
  destination: {
    counted: (count) =>
      plural(count, 'destination does not end its attempt', 'destinations do not end their attempts'),
    named: (names) => `the destination ${names} does not end its attempt`,
  },
  site: {
    counted: (count) => plural(count, 'check of a site does not end', 'checks of sites do not end'),
    named: (names) => `the check of ${names} does not end`,
  },
  version: {
    counted: (count) => plural(count, 'look for a version does not end', 'looks for versions do not end'),
    named: (names) => `the look for the version of ${names} does not end`,
  },
};

function same(text: string): Words {
  return { counted: () => text, named: () => text };
}

/** One reason for each kind of stall. @param withNames false where a stranger may read it */
export function wordStalls(stalls: readonly Stall[], withNames: boolean): readonly string[] {
  return [...Map.groupBy(stalls, ({ kind }) => kind)].map(([kind, some]) => {
    if (!withNames) return words[kind].counted(some.length);
    return words[kind].named(listOf(some.map(({ name }) => name ?? '')));
  });
}

/** At most five names, and how many more there are. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
