import { describe, expect, it } from 'vitest';
import type { LaneRow, SiteSummary } from '../web/api.ts';
import type { Origin } from './service/source.ts';
import { exitCodeOf, type StatusReport, statusAsJson, statusAsText } from './status-report.ts';
import { paintFor } from './text-table.ts';

const now = '2026-11-24T10:00:00.000Z';
const running: Origin = {
  kind: 'service',
  url: 'http://127.0.0.1:8080/',
  store: null,
  service: { version: '0.1.0', startedAt: '2026-11-24T08:30:00.000Z', pid: 7 },
  hasRun: true,
  stranger: null,
};
const stopped: Origin = { ...running, kind: 'store', url: null, store: '/s.db', service: null };

const site = (changes: Partial<SiteSummary> = {}): SiteSummary => ({
  name: 'prod',
  tags: {},
  reachable: true,
  state: 'valid',
  endDate: '2027-05-06',
  daysLeft: 163,
  severity: 'info',
  remarks: [],
  licenseNumber: '…1234',
  lastConfirmedAt: '2026-11-24T09:48:00.000Z',
  lastCheckedAt: '2026-11-24T09:48:00.000Z',
  nextCheckAt: '2026-11-24T15:48:00.000Z',
  failure: null,
  rung: null,
  title: 'prod: license ends in 163 days',
  version: { version: '14.254.6', releaseLabel: 'May 2026 Patch 2' },
  certificates: null,
  acknowledgement: null,
  trend: [[1, 2]],
  ...changes,
});
const never = site({ name: 'new', state: null, endDate: null, daysLeft: null, severity: 'warning' });
const lane = (changes: Partial<LaneRow> = {}): LaneRow => ({
  name: 'oncall',
  kind: 'webhook',
  sendRecurring: true,
  sendAlert: true,
  minimumSeverity: 'info',
  state: 'working',
  failingSince: null,
  waiting: 0,
  oldest: null,
  nextAttemptAt: null,
  lastFailure: null,
  lastAcceptedAt: '2026-11-24T09:00:00.000Z',
  deadLetters: 0,
  ...changes,
});
const failing = lane({
  name: 'broker',
  kind: 'mqtt',
  state: 'failing',
  failingSince: '2026-11-24T07:00:00.000Z',
  waiting: 12,
  nextAttemptAt: '2026-11-24T10:05:00.000Z',
  lastFailure: { at: now, reason: 'timeout', detail: 'No answer in 10 s.' },
});
const report = (changes: Partial<StatusReport> = {}): StatusReport => ({
  origin: running,
  generatedAt: now,
  sites: [site()],
  lanes: [lane()],
  ...changes,
});

describe('the exit code', () => {
  it.each<[string, number, Partial<StatusReport>]>([
    ['all is fine', 0, {}],
    ['a license ends soon', 1, { sites: [site(), site({ severity: 'warning' })] }],
    [
      'one is critical, whatever else there is',
      2,
      { sites: [never, site({ severity: 'critical' })], origin: stopped },
    ],
    ['a site was never read', 3, { sites: [site(), never] }],
    ['no site was ever read', 3, { sites: [never], origin: stopped }],
    ['a destination fails', 1, { lanes: [lane(), failing] }],
    ['there are dead letters', 1, { lanes: [lane({ deadLetters: 1 })] }],
    ['the service does not run', 1, { origin: stopped }],
    ['only a site was asked for', 0, { lanes: null }],
  ])('when %s is %i', (_when, code, changes) => {
    expect(exitCodeOf(report(changes))).toBe(code);
  });
});

describe('the text', () => {
  const text = (changes: Partial<StatusReport>, width: number) =>
    statusAsText(report(changes), { width, paint: paintFor({ isTty: false, env: {} }) });
  const failure = { reason: 'refused', detail: 'Nothing listens on sense:4242.' } as const;
  const acknowledgement = {
    by: 'Anna',
    why: 'PO 4711',
    at: now,
    until: '2027-04-20',
    coversExpiredAndBlocked: false,
    speaksAgainOn: '2027-04-20',
  } as const;
  const many: Partial<StatusReport> = {
    sites: [
      site({
        name: 'a'.repeat(64),
        failure,
        severity: 'warning',
        remarks: ['flags-disagree'],
        acknowledgement,
      }),
      never,
    ],
    lanes: [lane({ deadLetters: 2 }), failing],
  };

  it('is one table where there is room', () => {
    expect(
      text({}, 120),
    ).toBe(`From the running service at http://127.0.0.1:8080/ (version 0.1.0, up 1 h 30 min).

    SITE  LICENSE  DAYS LEFT  ENDS        CONFIRMED   NEXT CHECK  VERSION
ok  prod  valid          163  2027-05-06  12 min ago  in 5 h      Qlik Sense May 2026 Patch 2 (14.254.6)

DESTINATION  KIND     STATE    WAITING  DEAD LETTERS  DELIVERED
oncall       webhook  working        0             0  1 h ago
`);
  });

  it('fits 80 columns, with everything there is to say', () => {
    const lines = text(many, 80).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const whole = lines.join(' ').replaceAll(/ +/g, ' ');
    for (const words of [
      'confirmed 12 min ago, next check in 5 h, Qlik Sense May 2026 Patch 2 (14.254.6)',
      'cannot be read (refused): Nothing listens on sense:4242.',
      'remarks: flags-disagree',
      'acknowledged by Anna until 2027-04-20: PO 4711',
      'broker mqtt failing for 3 h 12',
      'timeout: No answer in 10 s. Next attempt in 5 min.',
      'outbox list --dead',
      'unknown new never read – –',
    ]) {
      expect(whole).toContain(words);
    }
  });

  it('goes on in a new sentence after a question', () => {
    const asked = failing.lastFailure && { ...failing.lastFailure, detail: 'Is the port right?' };
    const whole = text({ ...many, lanes: [{ ...failing, lastFailure: asked }] }, 120);
    expect(whole).toContain('timeout: Is the port right? Next attempt in 5 min.');
  });

  it('does not call a destination idle or working that refuses what it is given', () => {
    const lastFailure = { at: '2026-11-24T09:59:00.000Z', reason: 'not-found', detail: 'HTTP 404' };
    for (const lastAcceptedAt of [null, '2026-11-24T09:00:00.000Z']) {
      const state = lastAcceptedAt === null ? 'idle' : 'working';
      const whole = text(
        { ...many, lanes: [lane({ state, lastAcceptedAt, lastFailure, deadLetters: 1 })] },
        120,
      );
      expect(whole).toMatch(/oncall +webhook +refusing +0 +1 /);
      expect(whole).toContain('not-found: HTTP 404.');
      expect(whole).not.toMatch(/idle|working/);
    }
    const overcome = lane({ lastAcceptedAt: now, lastFailure });
    expect(text({ ...many, lanes: [overcome] }, 120)).toMatch(/oncall +webhook +working/);
  });

  it('plans nothing for a service that does not run', () => {
    const whole = text({ ...many, origin: stopped }, 80);
    expect(whole).toMatch(/^From the store file \/s\.db; the service is not running\./);
    expect(whole).not.toContain('Next attempt');
  });
});

it('the JSON has the shape of the API, but for the trend', () => {
  const { trend: _trend, ...rest } = site();
  expect(JSON.parse(statusAsJson(report()))).toEqual({
    source: {
      kind: 'service',
      url: 'http://127.0.0.1:8080/',
      store: null,
      hasRun: true,
      version: '0.1.0',
      startedAt: '2026-11-24T08:30:00.000Z',
    },
    generatedAt: now,
    sites: [rest],
    lanes: [lane()],
  });
});
