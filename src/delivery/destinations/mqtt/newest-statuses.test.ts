import { expect, it } from 'vitest';
import { FakeClock } from '../../../../test/fakes/fake-clock.ts';
import { alertMessage, builtAt, statusMessage } from '../../../../test/fakes/messages.ts';
import { newestStatuses } from './newest-statuses.ts';

const hour = 3_600_000;

it('knows a status that is older than the delivered one of the same site', () => {
  const newest = newestStatuses(new FakeClock(new Date(builtAt)));
  newest.note(statusMessage({ occurredAt: builtAt }));
  expect(newest.hasNewerThan(statusMessage({ occurredAt: builtAt - 1 }))).toBe(true);
  expect(newest.hasNewerThan(statusMessage({ occurredAt: builtAt }))).toBe(false);
  expect(newest.hasNewerThan(statusMessage({ occurredAt: builtAt + 1 }))).toBe(false);
  expect(newest.hasNewerThan(statusMessage({ site: 'test', occurredAt: builtAt - 1 }))).toBe(false);
});

it('never holds an alert back', () => {
  const newest = newestStatuses(new FakeClock(new Date(builtAt)));
  newest.note(statusMessage({ occurredAt: builtAt }));
  expect(newest.hasNewerThan(alertMessage({ occurredAt: builtAt - hour }))).toBe(false);
});

it('does not take an alert for a status that is newer', () => {
  const newest = newestStatuses(new FakeClock(new Date(builtAt)));
  newest.note(alertMessage({ occurredAt: builtAt }));
  expect(newest.hasNewerThan(statusMessage({ occurredAt: builtAt - hour }))).toBe(false);
});

it('goes on after the clock has been set back', () => {
  const clock = new FakeClock(new Date(builtAt));
  const newest = newestStatuses(clock);
  newest.note(statusMessage({ occurredAt: builtAt }));
  clock.jump(-hour);
  expect(newest.hasNewerThan(statusMessage({ occurredAt: builtAt - hour }))).toBe(false);
});
