/** Finds out in which order day and month stand, from everything that one text and its server say. */
import type { CalendarDate, DateOrder } from './reading.ts';
import type { DateText, DayOrder } from './valid-to.ts';

export interface OrderSettings {
  readonly dateOrder: DateOrder;
  readonly today: CalendarDate;
  /** The server's own flag; null when it sent none. */
  readonly isExpired: boolean | null;
}

export interface SettledOrder {
  readonly order: DayOrder;
  /** False when nothing tells, and the order is the one that warns earlier. */
  readonly isKnown: boolean;
}

/**
 * The one order for all dates of a text. What the configuration says comes first, then what unambiguous dates of
 * the same text show, then what the server's own flag rules out; else the order that makes the end come earlier.
 * `ymd` in the configuration says nothing about texts that end with the year.
 *
 * @param ends what stands in the lines that say when something ends, the license's own first
 * @param all every date of the text, `ends` included
 */
export function settleOrder(
  ends: readonly DateText[],
  all: readonly DateText[],
  settings: OrderSettings,
): SettledOrder {
  if (settings.dateOrder === 'dmy' || settings.dateOrder === 'mdy') {
    return { order: settings.dateOrder, isKnown: true };
  }
  const order = orderShownBy(all) ?? orderThatFlagLeaves(ends, settings);
  return order === null ? { order: orderOfEarlierEnd(ends, all), isKnown: false } : { order, isKnown: true };
}

/** The date in the given order, or the only possible one; null when the text has none. */
export function dateIn(date: DateText, order: DayOrder): CalendarDate | null {
  switch (date.kind) {
    case 'day':
      return date.date;
    case 'either':
      return date[order];
    case 'none':
    case 'not-understood':
      return null;
  }
}

/** The earliest of the dates when read in the given order; null when there is none. */
export function earliestIn(dates: readonly DateText[], order: DayOrder): CalendarDate | null {
  let earliest: CalendarDate | null = null;
  for (const text of dates) {
    const date = dateIn(text, order);
    if (date !== null && (earliest === null || date < earliest)) earliest = date;
  }
  return earliest;
}

function orderShownBy(dates: readonly DateText[]): DayOrder | null {
  const shown = new Set<DayOrder>();
  for (const date of dates) {
    if ((date.kind === 'day' || date.kind === 'none') && date.order !== null && date.order !== 'ymd') {
      shown.add(date.order);
    }
  }
  const [order, contradiction] = shown;
  return contradiction === undefined ? (order ?? null) : null;
}

/** The flag speaks of the license, so its own end is asked first, and then the end that would govern. */
function orderThatFlagLeaves(ends: readonly DateText[], settings: OrderSettings): DayOrder | null {
  if (settings.isExpired === null) return null;
  for (const asked of [ends.slice(0, 1), ends]) {
    const agrees = (order: DayOrder) => {
      const end = earliestIn(asked, order);
      return end === null || end < settings.today === settings.isExpired;
    };
    if (agrees('dmy') !== agrees('mdy')) return agrees('dmy') ? 'dmy' : 'mdy';
  }
  return null;
}

function orderOfEarlierEnd(ends: readonly DateText[], all: readonly DateText[]): DayOrder {
  const difference =
    compare(earliestIn(ends, 'dmy'), earliestIn(ends, 'mdy')) ||
    compare(earliestIn(all, 'dmy'), earliestIn(all, 'mdy'));
  return difference > 0 ? 'mdy' : 'dmy';
}

function compare(a: CalendarDate | null, b: CalendarDate | null): number {
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : 1;
}
