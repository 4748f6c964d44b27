/** The part of the library that is used here; it brings no types of its own. */
declare module '@breejs/later' {
  interface ParsedText {
    readonly schedules: readonly object[];
    readonly exceptions: readonly object[];
    /** Where in the text the grammar gave up; -1 when it did not. */
    readonly error: number;
  }

  interface Occurrences {
    /** The first instant at or after `start`; 0 when there is none. */
    next(count: 1, start: Date): Date | 0;
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
