import { expect, it } from 'vitest';
import { renderBadge } from './badge.ts';

const acknowledgement = {
  by: 'Anna',
  why: 'ordered',
  at: '2026-11-24T10:00:00.000Z',
  until: '2026-12-20',
  coversExpiredAndBlocked: true,
  speaksAgainOn: '2026-12-20',
};

it.each([
  [{ state: 'expiring', daysLeft: 30, severity: 'warning' }, '30 days left', '#b26a00'],
  [{ state: 'expiring', daysLeft: 1, severity: 'critical' }, '1 day left', '#c62828'],
  [{ state: 'expired', daysLeft: -3, severity: 'critical' }, 'expired', '#c62828'],
  [{ state: 'perpetual', daysLeft: null, severity: 'info' }, 'perpetual', '#2e7d32'],
  [{ state: null, daysLeft: null, severity: 'info', reachable: null }, 'not read yet', '#616161'],
  [{ state: null, daysLeft: null, severity: 'warning', reachable: false }, 'cannot be read', '#b26a00'],
  [
    { state: 'valid', daysLeft: 200, severity: 'warning', reachable: false },
    '200 days left, cannot be read',
    '#b26a00',
  ],
  [
    { state: 'expired', daysLeft: -3, severity: 'critical', acknowledgement },
    'expired, acknowledged',
    '#c62828',
  ],
] as const)('says %j as %s', (site, words, color) => {
  const svg = renderBadge({ name: 'prod', reachable: true, acknowledgement: null, ...site });
  expect(svg).toContain(`aria-label="prod: ${words}"`);
  expect(svg).toContain(color);
});

it('escapes what would be markup', () => {
  const svg = renderBadge({
    name: '<script>&"\'',
    state: 'valid',
    daysLeft: 100,
    severity: 'info',
    reachable: true,
    acknowledgement: null,
  });
  expect(svg).not.toContain('<script>');
  expect(svg).toContain('&#60;script&#62;&#38;&#34;&#39;');
});
