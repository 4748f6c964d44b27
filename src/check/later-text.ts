/**
 * Schedules as the `later` library reads them: `at 10:15 am on the first day of the month`. They count in UTC, as they
 * do in Butler, whose configuration files hold such texts. Pure.
 *
 * Only for texts that nothing else here understands: the library takes `every 36 hours` for "at midnight".
 */
import later from '@breejs/later';

export type LaterText = { readonly kind: 'later'; readonly text: string };

/** Why a text is none of them. */
export interface NotLater {
  readonly kind: 'not-later';
  /** From where on the text is not understood; undefined when nothing of it is, or when it never comes due. */
  readonly rest?: string;
}

const STEP_MS = 1000;
/** The library takes the very first instant for none. */
const EARLIEST = new Date(STEP_MS);
/** The library counts ranges up one by one, so a large number would keep it busy for ever. */
const LARGE_NUMBER = /\d{5}/;

export function parseLaterText(input: string): LaterText | NotLater {
  const text = input.trim().replaceAll(/\s+/g, ' ').toLowerCase();
  if (text === '' || LARGE_NUMBER.test(text)) return { kind: 'not-later' };
  const parsed = later.parse.text(text);
  if (parsed.error >= 0) {
    const rest = text.slice(parsed.error).trim();
    return parsed.error === 0 || rest === '' ? { kind: 'not-later' } : { kind: 'not-later', rest };
  }
  if (parsed.schedules.length === 0) return { kind: 'not-later' };
  const occurrences = later.schedule(parsed);
  const first = occurrences.next(1, EARLIEST);
  // For days that do not exist, such as the 30th of February, the library makes up an instant.
  if (first === 0 || !occurrences.isValid(first)) return { kind: 'not-later' };
  return { kind: 'later', text };
}

/** The first instant after `after`, in whole seconds; undefined when there is none. */
export function nextOfLaterText(text: string, after: Date): Date | undefined {
  // The library counts an instant that is due now as the next one.
  const from = new Date((Math.floor(after.getTime() / STEP_MS) + 1) * STEP_MS);
  const next = later.schedule(later.parse.text(text)).next(1, from);
  return next === 0 ? undefined : next;
}
