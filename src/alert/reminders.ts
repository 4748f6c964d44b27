/** When an alert is repeated. Pure. */
import { todayIn } from '../license/calendar-day.ts';
import type { Verdict } from '../license/reading.ts';
import type { Said, StepContext } from './said.ts';
import type { AlertState } from './state.ts';

/** Enough to cover a clock that was wrong for a while and came back. */
const REMEMBERED_SLOTS = 60;

/**
 * The slot of a reminder that is due now, as part of its id; null when none is. Reminders begin
 * `remindFromDays` before the end and go on while the license is in a state in which users cannot work.
 */
export function isReminderDue(
  reminders: AlertState['reminders'],
  context: StepContext,
  verdict: Verdict,
): string | null {
  const { remind, remindFromDays } = context.rules.policy;
  const isUrgent =
    verdict.state === 'expiring' ? verdict.daysLeft! <= remindFromDays : verdict.state !== 'unreadable';
  if (remind === 'never' || !isUrgent) return null;
  const slot = slotAt(context);
  if (reminders.slots.includes(slot)) return null;
  // The distance counts in both directions: after a clock stepped back far, waiting would mean silence.
  const isTooSoon =
    typeof remind === 'number' &&
    reminders.lastSpokenAt !== null &&
    Math.abs(context.now - reminders.lastSpokenAt) < remind;
  return isTooSoon ? null : slot;
}

/** Remembers that an alert was spoken now, so that no reminder follows it on its heels. */
export function spokenNow(said: Said, context: StepContext): Said {
  const slot = slotAt(context);
  const slots = said.state.reminders.slots.filter((other) => other !== slot);
  return {
    ...said,
    state: {
      ...said.state,
      reminders: { lastSpokenAt: context.now, slots: [...slots.slice(1 - REMEMBERED_SLOTS), slot] },
    },
  };
}

function slotAt({ rules, now }: StepContext): string {
  const { remind } = rules.policy;
  if (typeof remind === 'number') return `${remind}:${Math.floor(now / Math.max(1, remind))}`;
  return remind === 'every-check' ? String(now) : todayIn(rules.timeZone, new Date(now));
}
