import { expect, it } from 'vitest';
import { alertOfService } from './message.ts';

it('an alert about the service itself names no site, says nothing of a license, and is a point as well', () => {
  const said = {
    id: 'id-1',
    kind: 'destination-failing',
    severity: 'warning',
    reminder: true,
    title: 'Destination hook fails',
    text: 'Check it.',
  } as const;
  expect(alertOfService({ ...said, at: 1_700_000_000_000 })).toEqual({
    ...said,
    topic: 'alert',
    site: null,
    tags: {},
    occurredAt: 1_700_000_000_000,
    lastConfirmedAt: null,
    reachable: true,
    license: null,
    product: null,
    rung: null,
    skippedRungs: [],
    points: [
      {
        measurement: 'qlik_sense_server_license_alert',
        tags: { site: '', kind: 'destination-failing', severity: 'warning' },
        at: 1_700_000_000_000,
        fields: { id: 'id-1', title: 'Destination hook fails' },
      },
    ],
  });
});
