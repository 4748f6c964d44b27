import { describe, expect, it } from 'vitest';
import type { ProductVersion } from '../license/product-version.ts';
import { type CheckedSite, exitCodeOf, renderJson, renderNagios, renderText } from './check-report.ts';

const may: ProductVersion = {
  contentHash: null,
  copyrightYearRange: null,
  deploymentType: null,
  deprecatedProductVersion: null,
  productName: 'Qlik Sense',
  senseId: null,
  version: '14.254.6',
  releaseLabel: 'May 2026 | Patch 2',
  repositoryVersion: null,
  source: 'about-service',
};
const build: ProductVersion = {
  ...may,
  version: null,
  releaseLabel: null,
  repositoryVersion: '38.35.0.0',
  source: 'repository',
};

const checked = (
  version: CheckedSite['version'],
  isRead = true,
  acknowledgement: CheckedSite['acknowledgement'] = null,
): CheckedSite => ({
  site: 'prod',
  failure: isRead ? null : { reason: 'refused', detail: 'Nothing listens.' },
  verdict: isRead ? { state: 'valid', endDate: '2027-05-06', daysLeft: 163, remarks: [] } : null,
  severity: 'info',
  licenseNumber: null,
  version,
  acknowledgement,
  checkedAt: 0,
  durationMs: 12,
  widestRung: 90,
  criticalFromDays: 7,
});
const jsonOf = (site: CheckedSite) =>
  (JSON.parse(renderJson([site])) as { sites: Record<string, unknown>[] }).sites[0];

describe('the version in the answer of check', () => {
  it('stands on a line of its own, in the JSON, and in a few words for monitoring', () => {
    expect(renderText([checked(may)])).toContain(
      '\n                Qlik Sense May 2026 | Patch 2 (14.254.6)\n',
    );
    expect(jsonOf(checked(may))).toMatchObject({
      version: '14.254.6',
      releaseLabel: 'May 2026 | Patch 2',
      repositoryVersion: null,
    });
    expect(renderNagios([checked(may)])).toMatch(
      /^QLIK LICENSE OK - [^|]*, Qlik Sense May 2026 \/ Patch 2 \(14\.254\.6\) \| 'prod_days_left'=163;/,
    );
  });

  it('is never the build of the repository', () => {
    expect(renderText([checked(build)])).toContain('repository service build 38.35.0.0');
    expect(jsonOf(checked(build))).toMatchObject({ version: null, repositoryVersion: '38.35.0.0' });
  });

  it('changes no exit code, and says why it is unknown where the license could be read', () => {
    const why = 'Nothing listens on sense:9032. (refused)';
    expect(exitCodeOf([checked(why)])).toBe(0);
    expect(renderText([checked(why)])).toContain(`version unknown: ${why}`);
    expect(jsonOf(checked(why))).toMatchObject({ version: null, releaseLabel: null });
    expect(renderNagios([checked(why)])).not.toContain('version');
    expect(renderText([checked(why, false)])).not.toContain('version');
    expect(renderText([checked(null)])).not.toContain('version');
  });
});

describe('an acknowledgement in the answer of check', () => {
  const known: CheckedSite['acknowledgement'] = {
    by: 'Anna',
    why: 'ordered | PO 4711',
    at: '2026-11-24T10:00:00.000Z',
    until: '2027-04-20',
    coversExpiredAndBlocked: false,
    speaksAgainOn: '2027-04-20',
  };

  it('stands on a line of its own, in the JSON, and in a few words for monitoring', () => {
    const site = checked(null, true, known);
    expect(renderText([site])).toContain(
      '\n                acknowledged by Anna until 2027-04-20: ordered | PO 4711\n',
    );
    expect(jsonOf(site)).toMatchObject({ acknowledgement: known });
    expect(renderNagios([site])).toMatch(
      /^QLIK LICENSE OK - prod: [^|]*, acknowledged by Anna until 2027-04-20 \| 'prod_days_left'=163;/,
    );
  });

  it('is told of a site that cannot be read as well', () => {
    const site = checked(null, false, { ...known, until: 'next-rung' });
    expect(renderNagios([site])).toContain(
      'cannot be read, Nothing listens., acknowledged by Anna until the next rung |',
    );
  });

  it('changes no exit code, and is null in the JSON where there is none', () => {
    const site = { ...checked(null, true, known), severity: 'critical' as const };
    expect(exitCodeOf([site])).toBe(2);
    expect(jsonOf(checked(null))).toMatchObject({ acknowledgement: null });
    expect(renderText([checked(null)])).not.toContain('acknowledged');
  });
});
