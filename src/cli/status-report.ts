/** The answer of `status` as text or JSON. Pure. */
import { productInWords } from '../license/product-version.ts';
import type { LicenseState } from '../license/reading.ts';
import type { LaneRow, SiteSummary } from '../web/api.ts';
import { moodOf } from '../web/lane-mood.ts';
import { acknowledgedInWords } from './acknowledged-words.ts';
import type { ExitCode } from './io.ts';
import { ago, lasting, originAsJson, originInWords, until } from './service/origin-words.ts';
import type { Origin } from './service/source.ts';
import {
  type Column,
  naturalWidth,
  type Paint,
  paragraph,
  type Row,
  type Style,
  textTable,
} from './text-table.ts';

export interface StatusReport {
  readonly origin: Origin;
  readonly generatedAt: string;
  /** The most urgent first. */
  readonly sites: readonly SiteSummary[];
  /** Null where only one site was asked for. */
  readonly lanes: readonly LaneRow[] | null;
}

/** As `check`, by the last reading: 3 only for a site that was never read. */
function codeOf({ state, severity }: SiteSummary): ExitCode {
  if (state === null) return 3;
  return severity === 'critical' ? 2 : severity === 'warning' ? 1 : 0;
}

/**
 * The worst of all, as with `check`: 3 only if nothing is worse. A destination that fails or has dead letters counts as a
 * warning, as does a service that does not run: nobody watches then.
 */
export function exitCodeOf({ origin, sites, lanes }: StatusReport): ExitCode {
  const isTroubled = (lane: LaneRow) => lane.state === 'failing' || lane.deadLetters > 0;
  const codes: readonly ExitCode[] = [
    ...sites.map(codeOf),
    ...(origin.service === null || lanes?.some(isTroubled) === true ? [1 as const] : []),
  ];
  const byBadness: readonly ExitCode[] = sites.every((site) => codeOf(site) === 3) ? [3] : [2, 1, 3, 0];
  return byBadness.find((code) => codes.includes(code)) ?? 3;
}

/** Sites and lanes are those of the API, but for the trend. */
export function statusAsJson({ origin, generatedAt, sites, lanes }: StatusReport): string {
  const report = {
    source: originAsJson(origin),
    generatedAt,
    sites: sites.map(({ trend: _trend, ...site }) => site),
    lanes,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

export function statusAsText(
  report: StatusReport,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const { origin, sites, lanes } = report;
  const now = Date.parse(report.generatedAt);
  const parts = [paragraph(originInWords(origin, now), width), siteTable(sites, now, { width, paint })];
  if (lanes !== null && lanes.length > 0)
    parts.push(laneTable(lanes, now, { width, paint, isRunning: origin.service !== null }));
  if (lanes?.length === 0)
    parts.push(paragraph('No destination is configured: nobody is told anything.', width));
  if (lanes?.some(({ deadLetters }) => deadLetters > 0) === true) {
    parts.push(
      paragraph(
        'Dead letters are no longer tried: `outbox list --dead` shows why, `outbox retry` sends them again, `outbox drop` forgets them.',
        width,
      ),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

const labels: Readonly<Record<ExitCode, { readonly text: string; readonly style: Style }>> = {
  0: { text: 'ok', style: 'green' },
  1: { text: 'warning', style: 'yellow' },
  2: { text: 'critical', style: 'red' },
  3: { text: 'unknown', style: 'magenta' },
};

const stateWords: Readonly<Record<LicenseState, string>> = {
  valid: 'valid',
  expiring: 'ends soon',
  expired: 'expired',
  blocked: 'blocked',
  missing: 'not installed',
  'not-started': 'not started yet',
  perpetual: 'no end date',
  unreadable: 'not understood',
};

function siteTable(
  sites: readonly SiteSummary[],
  now: number,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const columns: readonly Column[] = [
    { title: '' },
    { title: 'SITE', isFlexible: true },
    { title: 'LICENSE' },
    { title: 'DAYS LEFT', align: 'right' },
    { title: 'ENDS' },
  ];
  const more: readonly Column[] = [
    { title: 'CONFIRMED' },
    { title: 'NEXT CHECK' },
    { title: 'VERSION', isFlexible: true },
  ];
  const rows = sites.map((site) => {
    const confirmed = ago(site.lastConfirmedAt, now);
    const next = site.nextCheckAt === null ? '–' : until(site.nextCheckAt, now);
    const version = site.version === null ? '–' : productInWords(site.version);
    return {
      cells: [
        labels[codeOf(site)],
        site.name,
        site.state === null ? neverRead(site) : stateWords[site.state],
        String(site.daysLeft ?? '–'),
        site.endDate ?? '–',
      ],
      more: [confirmed, next, version],
      line: [
        site.lastConfirmedAt !== null && `confirmed ${confirmed}`,
        site.nextCheckAt !== null && `next check ${next}`,
        site.version !== null && version,
      ],
      notes: notesOf(site),
    };
  });
  const wide: readonly Row[] = rows.map((row) => ({ cells: [...row.cells, ...row.more], notes: row.notes }));
  if (naturalWidth([...columns, ...more], wide) <= width) {
    return textTable([...columns, ...more], wide, { width, paint });
  }
  const narrow: readonly Row[] = rows.map(({ cells, line, notes }) => ({
    cells,
    notes: [line.filter((part) => part !== false).join(', '), ...notes].filter((note) => note !== ''),
  }));
  return textTable(columns, narrow, { width, paint });
}

const neverRead = (site: SiteSummary) => (site.lastCheckedAt === null ? 'not checked yet' : 'never read');

function notesOf({ failure, remarks, acknowledgement }: SiteSummary): readonly string[] {
  return [
    ...(failure === null ? [] : [`cannot be read (${failure.reason}): ${failure.detail}`]),
    ...(acknowledgement === null ? [] : [acknowledgedInWords(acknowledgement)]),
    ...(remarks.length === 0 ? [] : [`remarks: ${remarks.join(', ')}`]),
  ];
}

const MOOD_STYLES = { failing: 'red', refusing: 'yellow', working: 'green' } as const;

function laneTable(
  lanes: readonly LaneRow[],
  now: number,
  { width, paint, isRunning }: { readonly width: number; readonly paint: Paint; readonly isRunning: boolean },
): string {
  const columns: readonly Column[] = [
    { title: 'DESTINATION', isFlexible: true },
    { title: 'KIND' },
    { title: 'STATE' },
    { title: 'WAITING', align: 'right' },
    { title: 'DEAD LETTERS', align: 'right' },
    { title: 'DELIVERED' },
  ];
  const rows = lanes.map((lane): Row => {
    const { failingSince } = lane;
    const mood = moodOf(lane);
    const isDead = lane.deadLetters > 0;
    const words = failingSince === null ? mood : `failing for ${lasting(failingSince, now)}`;
    return {
      cells: [
        lane.name,
        lane.kind ?? '–',
        mood === 'idle' ? words : { text: words, style: MOOD_STYLES[mood] },
        String(lane.waiting),
        isDead ? { text: String(lane.deadLetters), style: 'yellow' } : '0',
        ago(lane.lastAcceptedAt, now),
      ],
      notes: [
        ...(mood === 'refusing' && lane.lastFailure !== null ? [failureInWords(lane.lastFailure)] : []),
        ...laneNotes(lane, now, isRunning),
      ],
    };
  });
  return textTable(columns, rows, { width, paint });
}

const failureInWords = ({ reason, detail }: NonNullable<LaneRow['lastFailure']>): string =>
  `${reason}: ${detail.replace(/(?<![.?!])$/, '.')}`;

/** What is wrong with a destination, and when it is tried again. */
export function laneNotes(lane: LaneRow, now: number, isRunning: boolean): readonly string[] {
  const { lastFailure, failingSince, nextAttemptAt, kind, name, waiting } = lane;
  const next = nextAttemptAt === null || !isRunning ? '' : ` Next attempt ${until(nextAttemptAt, now)}.`;
  return [
    ...(failingSince !== null && lastFailure !== null ? [`${failureInWords(lastFailure)}${next}`] : []),
    ...(failingSince !== null && waiting > 1
      ? [`The first message holds up the others: \`outbox list --destination ${name}\` shows it.`]
      : []),
    ...(kind === null ? ['not in the configuration: what waits is delivered once it is put back'] : []),
  ];
}
