/** The answer of `check` as text, JSON, or monitoring-plugin output. Pure. */
import type { Severity } from '../alert/notice.ts';
import { seenVersionInWords } from '../alert/version-wording.ts';
import { stateInWords } from '../alert/wording.ts';
import type { ProductVersion } from '../license/product-version.ts';
import type { Verdict } from '../license/reading.ts';
import { renderDuration } from '../platform/duration.ts';
import type { ShownAcknowledgement } from '../web/api.ts';
import { acknowledgedInShort, acknowledgedInWords } from './acknowledged-words.ts';
import type { ExitCode } from './io.ts';

/** One site as `check` saw it. */
export interface CheckedSite {
  readonly site: string;
  /** Null when the site was read. */
  readonly failure: { readonly reason: string; readonly detail: string } | null;
  /** Null when the site could not be read. */
  readonly verdict: Verdict | null;
  readonly severity: Severity;
  readonly licenseNumber: string | null;
  /** What the site runs; a text why that is not known; null where nobody asked. Counts for nothing but the words. */
  readonly version: ProductVersion | string | null;
  /** What the service knows; null when nobody has acknowledged, or cannot be asked. Counts for nothing but the words. */
  readonly acknowledgement: ShownAcknowledgement | null;
  /** Epoch ms. */
  readonly checkedAt: number;
  readonly durationMs: number;
  readonly widestRung: number;
  readonly criticalFromDays: number;
}

/** Exit code of one site: 3 only where it could not be read. */
function codeOf({ verdict, severity }: CheckedSite): ExitCode {
  if (verdict === null) return 3;
  return severity === 'critical' ? 2 : severity === 'warning' ? 1 : 0;
}

/** The worst of the sites; 3 only if nothing is worse. */
export function exitCodeOf(sites: readonly CheckedSite[]): ExitCode {
  const byBadness: readonly ExitCode[] = [2, 1, 3, 0];
  return byBadness.find((code) => sites.some((site) => codeOf(site) === code)) ?? 3;
}

export function renderJson(sites: readonly CheckedSite[]): string {
  const report = {
    sites: sites.map((site) => ({
      site: site.site,
      reachable: site.failure === null,
      reason: site.failure?.reason ?? null,
      detail: site.failure?.detail ?? null,
      state: site.verdict?.state ?? null,
      endDate: site.verdict?.endDate ?? null,
      daysLeft: site.verdict?.daysLeft ?? null,
      severity: site.severity,
      remarks: site.verdict?.remarks ?? [],
      licenseNumber: site.licenseNumber,
      version: productOf(site)?.version ?? null,
      releaseLabel: productOf(site)?.releaseLabel ?? null,
      repositoryVersion: productOf(site)?.repositoryVersion ?? null,
      acknowledgement: site.acknowledgement,
      checkedAt: new Date(site.checkedAt).toISOString(),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

export function renderText(sites: readonly CheckedSite[]): string {
  const label: Record<ExitCode, string> = { 0: 'ok', 1: 'warning', 2: 'critical', 3: 'unknown' };
  const width = Math.max(...sites.map(({ site }) => site.length));
  const lines = sites.map((site) => {
    const words =
      site.failure === null ? stateInWords(site.verdict!) : `cannot be read (${site.failure.reason})`;
    const number = site.licenseNumber === null ? '' : `  license number ${site.licenseNumber}`;
    const extra = [
      site.failure?.detail,
      versionLine(site),
      site.acknowledgement === null ? undefined : acknowledgedInWords(site.acknowledgement),
      ...(site.verdict?.remarks ?? []).map((remark) => `remark: ${remark}`),
    ].filter((line) => line !== undefined);
    const first = `${label[codeOf(site)].padEnd(8)}  ${site.site.padEnd(width)}  ${words}${number}  (${renderDuration(site.durationMs)})`;
    return [first, ...extra.map((line) => `${''.padEnd(width + 12)}${line}`)].join('\n');
  });
  return `${lines.join('\n')}\n`;
}

/** One status line, then a line for each site; performance data in every state, `U` where there is no number. */
export function renderNagios(sites: readonly CheckedSite[]): string {
  const label: Record<ExitCode, string> = { 0: 'OK', 1: 'WARNING', 2: 'CRITICAL', 3: 'UNKNOWN' };
  const describe = (site: CheckedSite) =>
    plain(
      `${site.site}: ${site.failure === null ? stateInWords(site.verdict!) : `cannot be read, ${site.failure.detail}`}${mention(site)}`,
    );
  const worst = exitCodeOf(sites);
  const affected = sites.filter((site) => codeOf(site) !== 0);
  const summary =
    sites.length === 1
      ? describe(sites[0]!)
      : affected.length === 0
        ? `all ${sites.length} licenses fine`
        : affected.map(describe).join('; ');
  const perfdata = sites.flatMap((site) => [
    `'${site.site}_days_left'=${site.verdict?.daysLeft ?? 'U'};${site.widestRung + 1}:;${site.criticalFromDays + 1}:`,
    `'${site.site}_time'=${(site.durationMs / 1000).toFixed(3)}s`,
  ]);
  const details = sites.length === 1 ? [] : sites.map((site) => `${label[codeOf(site)]} ${describe(site)}`);
  return `${[`QLIK LICENSE ${label[worst]} - ${summary} | ${perfdata.join(' ')}`, ...details].join('\n')}\n`;
}

function productOf({ version }: CheckedSite): ProductVersion | null {
  return typeof version === 'string' ? null : version;
}

/** A site that cannot be read has said why already. */
function versionLine(site: CheckedSite): string | undefined {
  const { version, failure } = site;
  if (version === null) return undefined;
  if (typeof version !== 'string') return seenVersionInWords(version);
  return failure === null ? `version unknown: ${version}` : undefined;
}

function mention(site: CheckedSite): string {
  const product = productOf(site);
  const known = site.acknowledgement;
  return [
    product === null ? '' : `, ${seenVersionInWords(product)}`,
    known === null ? '' : `, ${acknowledgedInShort(known)}`,
  ].join('');
}

/** A bar separates text from performance data in plugin output, so none may stand in the text. */
const plain = (text: string) => text.replaceAll('|', '/').replaceAll('\n', ' ');
