/** From the date lines of one text to the term of the license: which date governs, and what is odd about it. */
import { dateIn, earliestIn, type OrderSettings, settleOrder } from './date-order.ts';
import type { CalendarDate, LicenseReading, Remark } from './reading.ts';
import type { DateLine, DateText, DayOrder } from './valid-to.ts';

export interface TermLines {
  /** The lines that say when the license itself ends; the first one counts as the license's own. */
  readonly ownEnds: readonly DateLine[];
  /** The lines that say when a part of it ends. */
  readonly otherEnds: readonly DateLine[];
  /** From when the license counts; the first one governs. */
  readonly starts: readonly DateLine[];
  /** Further dates of the text, which show in which order it writes them. */
  readonly furtherDates: readonly DateLine[];
}

export interface Term {
  readonly end:
    | { readonly kind: 'date'; readonly date: CalendarDate }
    | { readonly kind: 'none' }
    | { readonly kind: 'not-understood' };
  readonly startDate: CalendarDate | null;
  /** The text that the end was read from, or that was not understood. May still hold anything. */
  readonly endText: string | null;
  readonly dateOrder: LicenseReading['evidence']['dateOrder'];
  /** The order that dates of this text are read in where they leave a choice. */
  readonly order: DayOrder;
  readonly endDates: readonly CalendarDate[];
  readonly remarks: readonly Remark[];
}

/** A license has a handful; a reading must not grow without limit because a text does. The earliest are kept. */
const MOST_END_DATES = 100;

/**
 * Reads the term. The earliest end that is understood governs, as long as the license's own end is: a part of the
 * license can end sooner, and then someone must know.
 *
 * When the license's own end is not understood, the end of a part is no answer: the license may end sooner still,
 * and a date far ahead would be a false calm. The term is then not understood; `endDates` keeps the others, so that
 * `judgeLicense` can warn of one that comes near. The same holds for ends of parts when the license itself has
 * none. Beside an own end that is understood, a part's end that is not only earns a remark.
 */
export function readTerm(lines: TermLines, settings: OrderSettings): Term {
  const endLines = [...lines.ownEnds, ...lines.otherEnds];
  const ends = endLines.map(({ to }) => to);
  const [start] = [
    ...lines.starts.map((line) => line.from ?? line.to),
    ...lines.ownEnds.map(({ from }) => from),
  ].filter((date) => date !== null);
  const all = [...endLines, ...lines.starts, ...lines.furtherDates].flatMap(({ from, to }) =>
    from === null ? [to] : [to, from],
  );
  const { order, isKnown } = settleOrder(ends, all, settings);

  const [own] = lines.ownEnds;
  const isOwnKnown = own !== undefined && dateIn(own.to, order) !== null;
  const puzzle = isOwnKnown ? undefined : endLines.find(({ to }) => to.kind === 'not-understood');
  const earliest = earliestIn(ends, order);
  const isDoubtful = ends.some(isAmbiguous) || startMayBeAhead(start, settings.today);
  const endLine = puzzle ?? endLines.find(({ to }) => dateIn(to, order) === earliest) ?? own;

  return {
    end: endOf(puzzle, earliest),
    startDate: start === undefined ? null : dateIn(start, order),
    endText: endLine?.text ?? null,
    dateOrder: endLine === undefined ? null : orderOf(endLine.to, order),
    order,
    endDates: [...new Set(ends.map((end) => dateIn(end, order)))]
      .filter((date) => date !== null)
      .sort()
      .slice(0, MOST_END_DATES),
    remarks: [
      ...(saysMoreThanOne(lines, order) ? (['several-end-dates'] as const) : []),
      ...(isDoubtful && !isKnown ? (['ambiguous-date'] as const) : []),
    ],
  };
}

function endOf(puzzle: DateLine | undefined, earliest: CalendarDate | null): Term['end'] {
  if (puzzle !== undefined) return { kind: 'not-understood' };
  return earliest === null ? { kind: 'none' } : { kind: 'date', date: earliest };
}

/** A part without an end of its own ends with the license, so it says nothing different. */
function saysMoreThanOne(lines: TermLines, order: DayOrder): boolean {
  const said = (line: DateLine) => dateIn(line.to, order) ?? line.to.kind;
  const parts = lines.otherEnds.map(said).filter((end) => end !== 'none');
  return new Set([...lines.ownEnds.map(said), ...parts]).size > 1;
}

const isAmbiguous = (date: DateText) => date.kind === 'either';

/** A start that is past either way changes nothing, so nobody has to look at it. */
function startMayBeAhead(start: DateText | undefined, today: CalendarDate): boolean {
  return start?.kind === 'either' && (start.dmy > today || start.mdy > today);
}

function orderOf(date: DateText, order: DayOrder): Term['dateOrder'] {
  if (date.kind === 'either') return order;
  return date.kind === 'day' ? date.order : null;
}
