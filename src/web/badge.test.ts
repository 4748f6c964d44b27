import { expect, it } from 'vitest';
import { renderBadge } from './badge.ts';

it.each([
  [{ state: 'expiring', daysLeft: 30, severity: 'warning' }, '30 days left', '#b26a00'],
  [{ state: 'expiring', daysLeft: 1, severity: 'critical' }, '1 day left', '#c62828'],
  [{ state: 'expired', daysLeft: -3, severity: 'critical' }, 'expired', '#c62828'],
  [{ state: 'perpetual', daysLeft: null, severity: 'info' }, 'perpetual', '#2e7d32'],
  [{ state: null, daysLeft: null, severity: 'info' }, 'not read yet', '#616161'],
] as const)('says %j as %s', (site, words, color) => {
  const svg = renderBadge({ name: 'prod', ...site });
  expect(svg).toContain(`aria-label="prod: ${words}"`);
  expect(svg).toContain(color);
});

it('escapes what would be markup', () => {
  const svg = renderBadge({ name: '<script>&"\'', state: 'valid', daysLeft: 100, severity: 'info' });
  expect(svg).not.toContain('<script>');
  expect(svg).toContain('&#60;script&#62;&#38;&#34;&#39;');
});
