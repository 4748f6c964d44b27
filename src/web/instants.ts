/** Instants as the API writes them. Pure. */

/** Epoch ms as ISO 8601; null where there is none. */
export function instantOf(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : isoOf(at);
}

export function isoOf(at: number): string {
  return new Date(at).toISOString();
}
