/**
 * When to speak about the version of a site. Pure: what was known, plus what was seen, gives what is known and what to say.
 * A version that cannot be read is never an alert: the port of the About service is often closed.
 */
import type { CheckFailureReason } from '../license/observation.ts';
import { compareVersions, type ProductVersion } from '../license/product-version.ts';
import { noticeId } from './notice.ts';

/** What one look for the version saw. */
export type VersionSighting =
  | {
      readonly kind: 'seen';
      /** Epoch ms. */
      readonly at: number;
      readonly version: ProductVersion;
      /** Why the product version is not known, where only the repository told its own. */
      readonly missed: WhyNoVersion | null;
    }
  | { readonly kind: 'failed'; readonly at: number; readonly why: WhyNoVersion };

export interface WhyNoVersion {
  readonly reason: CheckFailureReason;
  readonly detail: string;
}

export interface SeenVersion {
  readonly version: ProductVersion;
  /** Epoch ms. */
  readonly at: number;
}

/** What is remembered of a site's version between two looks. Plain JSON, kept by the store. */
export interface VersionState {
  /** The last product version told by the About service, directly or through the proxy. */
  readonly product: SeenVersion | null;
  /** The last build told by the repository service. */
  readonly repository: SeenVersion | null;
  /** Why the last look gave no product version; null when it did. `since` is when that began. Epoch ms. */
  readonly failure: (WhyNoVersion & { readonly since: number; readonly at: number }) | null;
  /** The last of each that was told, which changes are judged against: a reply may lack one of them. */
  readonly known: Readonly<Record<(typeof compared)[number], string | null>>;
  /** How often each change was told, so that a second occurrence has another id than the first. */
  readonly timesTold: Readonly<Record<string, number>>;
}

const compared = ['version', 'releaseLabel', 'repositoryVersion'] as const;

export const initialVersionState: VersionState = {
  product: null,
  repository: null,
  failure: null,
  known: { version: null, releaseLabel: null, repositoryVersion: null },
  timesTold: {},
};

export interface VersionNotice {
  /** A pure function of site, both versions, and how often that change was told before. */
  readonly id: string;
  readonly kind: 'version-changed';
  readonly severity: 'info';
  /** Epoch ms. */
  readonly at: number;
  readonly before: VersionState['known'];
  readonly after: VersionState['known'];
  /** What changed: the product, or the repository service where only that can be seen. */
  readonly what: 'product' | 'repository';
  readonly direction: 'upgrade' | 'downgrade' | 'other';
}

/** How many different changes are remembered for their count; a site makes a few a year. */
const REMEMBERED_CHANGES = 20;

/**
 * One step. Like is compared with like only: the repository counts differently from the product, so another source is no
 * change. What is seen for the first time is none either.
 */
export function stepVersion(
  before: VersionState,
  seen: VersionSighting,
  site: string,
): { readonly state: VersionState; readonly notices: readonly VersionNotice[] } {
  const state = remembered(before, seen);
  const changed = compared.filter((name) => isChange(name, before.known[name], state.known[name]));
  if (changed.length === 0) return { state, notices: [] };

  const what = changed.includes('repositoryVersion') ? 'repository' : 'product';
  const number = what === 'product' ? 'version' : 'repositoryVersion';
  const values = ({ known }: VersionState) =>
    what === 'product' ? [known.version, known.releaseLabel] : [known.repositoryVersion];
  const identity = ['version-changed', what, ...values(before), ...values(state)];
  const key = noticeId(...identity);
  const timesBefore = before.timesTold[key] ?? 0;
  const others = Object.entries(before.timesTold).filter(([other]) => other !== key);
  const timesTold = Object.fromEntries([...others.slice(1 - REMEMBERED_CHANGES), [key, timesBefore + 1]]);
  const notice: VersionNotice = {
    id: noticeId(site, ...identity, timesBefore),
    kind: 'version-changed',
    severity: 'info',
    at: seen.at,
    before: before.known,
    after: state.known,
    what,
    direction: directionOf(before.known[number], state.known[number]),
  };
  return { state: { ...state, timesTold }, notices: [notice] };
}

function remembered(before: VersionState, seen: VersionSighting): VersionState {
  const why = seen.kind === 'seen' ? seen.missed : seen.why;
  const since = before.failure?.reason === why?.reason ? before.failure?.since : seen.at;
  const failure = why === null ? null : { ...why, since: since ?? seen.at, at: seen.at };
  if (seen.kind === 'failed') return { ...before, failure };
  const { version, at } = seen;
  return {
    ...before,
    [version.source === 'repository' ? 'repository' : 'product']: { version, at },
    failure,
    known: {
      version: version.version ?? before.known.version,
      releaseLabel: version.releaseLabel ?? before.known.releaseLabel,
      repositoryVersion: version.repositoryVersion ?? before.known.repositoryVersion,
    },
  };
}

function isChange(name: (typeof compared)[number], before: string | null, after: string | null): boolean {
  if (before === null || after === null) return false;
  return name === 'releaseLabel' ? before !== after : compareVersions(before, after) !== 0;
}

function directionOf(before: string | null, after: string | null): VersionNotice['direction'] {
  const order = before === null || after === null ? undefined : compareVersions(before, after);
  if (order === undefined || order === 0) return 'other';
  return order < 0 ? 'upgrade' : 'downgrade';
}
