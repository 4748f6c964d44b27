import { expect, it } from 'vitest';
import type { LicenseState } from '../license/reading.ts';
import type { Severity } from './notice.ts';
import { AlertPolicy } from './policy.ts';
import { statusSeverity } from './status-severity.ts';

const policy = { ...AlertPolicy.parse({}), criticalFromDays: 7 };
const verdict = (state: LicenseState, daysLeft: number | null) => ({
  state,
  endDate: daysLeft === null ? null : '2027-05-06',
  daysLeft,
  remarks: [],
});

it.each<[LicenseState, number | null, Severity]>([
  ['valid', 163, 'info'],
  ['perpetual', null, 'info'],
  ['expiring', 8, 'warning'],
  ['expiring', 7, 'critical'],
  ['expiring', null, 'warning'],
  ['unreadable', null, 'warning'],
  ['expired', -1, 'critical'],
  ['blocked', 163, 'critical'],
  ['missing', null, 'critical'],
  ['not-started', 163, 'critical'],
])('a site whose license is %s with %s days left is %s', (state, daysLeft, severity) => {
  expect(statusSeverity(verdict(state, daysLeft), true, policy)).toBe(severity);
});

it('is a warning where the site cannot be read, and worse only by what is known', () => {
  expect(statusSeverity(null, false, policy)).toBe('warning');
  expect(statusSeverity(null, true, policy)).toBe('info');
  expect(statusSeverity(verdict('valid', 163), false, policy)).toBe('warning');
  expect(statusSeverity(verdict('expired', -1), false, policy)).toBe('critical');
});
