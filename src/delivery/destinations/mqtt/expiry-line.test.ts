import { expect, it } from 'vitest';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { expiryLineOf } from './expiry-line.ts';
import { publicationOf } from './publication.ts';

const license = (endDate: string | null, daysLeft: number | null) => ({
  ...alertMessage().license!,
  endDate,
  daysLeft,
});

it.each([
  ['expiring', '2026-12-24', 30, 'Qlik Sense server license is about to expire in 30 days, on 2026-12-24'],
  ['expiring', '2026-11-25', 1, 'Qlik Sense server license is about to expire in 1 days, on 2026-11-25'],
  ['expiring', '2026-11-24', 0, 'Qlik Sense server license is about to expire in 0 days, on 2026-11-24'],
  ['expired', '2026-11-19', -5, 'Qlik Sense server license expired on 2026-11-19'],
  ['expired', '2026-11-24', 0, 'Qlik Sense server license expired on 2026-11-24'],
  ['expired', null, null, 'Qlik Sense server license expired'],
  ['expired', '2027-06-12', 200, 'Qlik Sense server license expired'],
  ['expiring', null, null, 'Qlik Sense server license is about to expire'],
  ['expiring', null, 30, 'Qlik Sense server license is about to expire'],
  ['expiring', '2026-12-24', null, 'Qlik Sense server license is about to expire'],
] as const)('says of %s, %s (%s days): %s', (kind, endDate, daysLeft, line) => {
  expect(expiryLineOf(alertMessage({ kind, license: license(endDate, daysLeft) }))).toBe(line);
});

it('never says null, nor is there a line for what Butler does not tell', () => {
  expect(expiryLineOf(alertMessage({ kind: 'expired', license: null }))).toBe(
    'Qlik Sense server license expired',
  );
  for (const kind of ['renewed', 'blocked', 'unreachable', 'destination-failing'] as const) {
    expect(expiryLineOf(alertMessage({ kind }))).toBeUndefined();
  }
  expect(expiryLineOf(statusMessage())).toBeUndefined();
});

it('goes to a topic of its own, with its id and time for those who speak MQTT 5', () => {
  const settings = { topics: { status: 's', alert: 'a', expiry: 'x/{site}' }, retainStatus: true };
  expect(publicationOf(alertMessage(), settings)).toEqual({
    topic: 'x/prod',
    payload: Buffer.from('Qlik Sense server license is about to expire in 30 days, on 2026-12-24'),
    retain: false,
    properties: {
      contentType: 'text/plain',
      payloadFormatIndicator: true,
      userProperties: { id: 'alert-1', occurredAt: '2026-11-24T10:00:00.000Z' },
    },
  });
  expect(publicationOf(alertMessage({ kind: 'renewed' }), settings).topic).toBe('a');
  expect(publicationOf(statusMessage(), settings).topic).toBe('s');
});
