/**
 * Schedules as the `later` library reads them: `at 10:15 am on the first day of the month`. They count in UTC, as they
 * do in Butler, whose configuration files hold such texts. Pure.
 *
 * Only for texts that nothing else here understands: the library takes `every 36 hours` for "at midnight".
 */
import later, { type ParsedText } from '@breejs/later';

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
const ASKS_FOR_SECONDS = /\bsec/;

export function parseLaterText(input: string): LaterText | NotLater {
  const text = input.trim().replaceAll(/\s+/g, ' ').toLowerCase();
  if (text === '' || LARGE_NUMBER.test(text)) return { kind: 'not-later' };
  const parsed = later.parse.text(text);
  if (parsed.error >= 0) {
    const rest = text.slice(parsed.error).trim();
    return parsed.error === 0 || rest === '' ? { kind: 'not-later' } : { kind: 'not-later', rest };
  }
  if (parsed.schedules.length === 0) return { kind: 'not-later' };
  return isUsable(parsed, text) ? { kind: 'later', text } : { kind: 'not-later' };
}

function isUsable(parsed: ParsedText, text: string): boolean {
  try {
    const occurrences = later.schedule(parsed);
    const first = occurrences.next(1, EARLIEST);
    // For days that do not exist, such as the 30th of February, the library makes up an instant.
    if (first === 0 || !occurrences.isValid(first)) return false;
    return ASKS_FOR_SECONDS.test(text) || !namesEachSecond(text);
  } catch {
    return false; // it stumbles over some texts that it has read, such as the 2nd week of the year
  }
}

/** As `after 10:00 am` alone does, which nobody wants of a server. */
function namesEachSecond(text: string): boolean {
  const one = nextOfLaterText(text, EARLIEST);
  const other = one && nextOfLaterText(text, one);
  return one !== undefined && other !== undefined && other.getTime() - one.getTime() <= STEP_MS;
}

/**
 * The first instant after `after`, in whole seconds; undefined when there is none.
 *
 * Words that name a stretch of time (`on the first day of the month`) mean its beginning, as they do to the timers of
 * the library: within it, each second would count as the next instant.
 */
export function nextOfLaterText(text: string, after: Date): Date | undefined {
  const second = Math.floor(after.getTime() / STEP_MS) * STEP_MS;
  const next = later.schedule(later.parse.text(text)).next(2, new Date(Math.max(second, EARLIEST.getTime())));
  const starts = Array.isArray(next) ? next : [next];
  return starts.find((start): start is Date => start instanceof Date && start > after);
}
