/** The part of the library that is used here; it brings no types of its own. */
declare module '@breejs/later' {
  export interface ParsedText {
    readonly schedules: readonly object[];
    readonly exceptions: readonly object[];
    /** Where in the text the grammar gave up; -1 when it did not. */
    readonly error: number;
  }

  interface Occurrences {
    /** The first instant at or after `start`; 0 when there is none. */
    next(count: 1, start: Date): Date | 0;
    /** That, and the beginnings of the stretches of time after it; fewer when there are no more, 0 when there is none. */
    next(count: 2, start: Date): readonly (Date | 0)[] | Date | 0;
    isValid(instant: Date): boolean;
  }

  const later: {
    readonly parse: { text(text: string): ParsedText };
    /** Counts in UTC, unless the library is told otherwise. */
    schedule(parsed: ParsedText): Occurrences;
  };
  // biome-ignore lint/style/noDefaultExport: the library has no other.
  export default later;
}
