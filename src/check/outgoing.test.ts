import { expect, it } from 'vitest';
import { reading, seen } from '../../test/fakes/readings.ts';
import { AlertPolicy } from '../alert/policy.ts';
import { initialAlertState } from '../alert/state.ts';
import { stepAlert } from '../alert/step.ts';
import type { LicenseReading } from '../license/reading.ts';
import { statusMessage } from './outgoing.ts';

function statusOf(license: LicenseReading) {
  const observation = seen('2026-11-24T10:00:00Z', license);
  const step = stepAlert(initialAlertState, observation, {
    site: 'prod',
    timeZone: 'UTC',
    policy: AlertPolicy.parse({}),
  });
  return statusMessage({
    site: 'prod',
    tags: {},
    observation,
    verdict: step.verdict,
    confirmed: step.state.confirmed,
    severity: 'info',
    product: null,
    reachable: true,
    acknowledgement: null,
  });
}

const blocked = { expired: false, blacklisted: true, invalid: false };

it.each([
  ['valid', reading(), false],
  ['expired by date', reading({ endDate: '2026-11-20' }), true],
  ['expired by flag', reading({ flags: { ...blocked, blacklisted: false, expired: true } }), true],
  ['blocked', reading({ flags: blocked }), false],
  ['blocked and expired by flag', reading({ flags: { ...blocked, expired: true } }), true],
  ['blocked and expired by date', reading({ flags: blocked, endDate: '2026-11-20' }), true],
])('a license that is %s says so in message and point alike', (_, license, expired) => {
  const message = statusOf(license);
  expect(message.license?.expired).toBe(expired);
  expect(message.points[0]?.fields['license_expired']).toBe(expired);
});
