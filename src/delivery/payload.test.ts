import { describe, expect, it } from 'vitest';
import { alertMessage, builtAt, statusMessage } from '../../test/fakes/messages.ts';
import { serviceNoticeKinds, siteNoticeKinds } from '../alert/notice.ts';
import { eventNames, payloadOf } from './payload.ts';

const license = {
  state: 'valid',
  expired: false,
  endDate: '2026-12-24',
  daysLeft: 30,
  licenseNumber: null,
} as const;

describe('the payload', () => {
  it.each([
    ['status', false, 'server license status'],
    ['expiring', false, 'server license about to expire alert'],
    ['expired', true, 'server license has expired alert'],
  ] as const)(
    "of kind %s begins with Butler's keys, in its order, spelling and types",
    (kind, expired, event) => {
      const payload = payloadOf(statusMessage({ kind, license: { ...license, expired, remarks: [] } }));
      const [first] = JSON.stringify(payload).split(',"schema"');
      expect(first).toBe(
        `{"event":"${event}","licenseExpired":${expired},"expiryDateStr":"2026-12-24","daysUntilExpiry":30`,
      );
    },
  );

  it('carries our own keys beside them', () => {
    const message = alertMessage({
      skippedRungs: [90, 60],
      lastConfirmedAt: builtAt - 1,
      tags: { environment: 'production' },
    });
    expect(payloadOf(message)).toEqual({
      event: 'server license about to expire alert',
      licenseExpired: false,
      expiryDateStr: '2026-12-24',
      daysUntilExpiry: 30,
      schema: 'license-sentinel.message.v1',
      id: message.id,
      topic: 'alert',
      kind: 'expiring',
      severity: 'warning',
      site: 'prod',
      occurredAt: '2026-11-24T10:00:00Z',
      lastConfirmedAt: '2026-11-24T09:59:59Z',
      reachable: true,
      state: 'expiring',
      licenseNumber: '…1234',
      remarks: [],
      version: '14.254.6',
      releaseLabel: 'May 2026 Patch 2',
      acknowledgement: null,
      rung: 30,
      skippedRungs: [90, 60],
      reminder: false,
      title: message.title,
      text: message.text,
      link: null,
      tags: { environment: 'production' },
    });
  });

  it('carries the link of a message that has one', () => {
    const link = 'https://licenses.example.com/#/site/prod';
    expect(payloadOf(alertMessage({ link }))).toMatchObject({ link });
  });

  it('says null, not false or 0, for what is not known', () => {
    const message = statusMessage({ license: null, product: null, lastConfirmedAt: null, site: null });
    expect(payloadOf(message)).toMatchObject({
      licenseExpired: null,
      expiryDateStr: null,
      daysUntilExpiry: null,
      lastConfirmedAt: null,
      state: null,
      licenseNumber: null,
      remarks: [],
      version: null,
      releaseLabel: null,
      site: null,
    });
  });

  it('says who knows, and until when nothing is repeated', () => {
    const acknowledgement = {
      by: 'Anna',
      why: 'ordered',
      at: Date.UTC(2026, 10, 24, 9, 0, 0, 5),
      until: '2026-12-10',
      coversExpiredAndBlocked: false,
    } as const;
    expect(payloadOf(statusMessage({ acknowledgement })).acknowledgement).toEqual({
      ...acknowledgement,
      at: '2026-11-24T09:00:00Z',
    });
    const { acknowledgement: _none, ...old } = statusMessage({ acknowledgement });
    expect(payloadOf(old).acknowledgement).toBeNull();
    expect(payloadOf(statusMessage({ acknowledgement: null })).acknowledgement).toBeNull();
  });

  it('carries the remarks about the license', () => {
    const remarks = ['no-flag'] as const;
    expect(payloadOf(statusMessage({ license: { ...license, remarks } })).remarks).toEqual(remarks);
  });

  it('has an event of its own for every kind', () => {
    const kinds = ['status', 'version', ...siteNoticeKinds, ...serviceNoticeKinds];
    expect(Object.keys(eventNames).sort()).toEqual(kinds.sort());
    expect(new Set(Object.values(eventNames)).size).toBe(kinds.length);
  });
});
