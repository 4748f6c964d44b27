/** Instants as people read them. Pure. */

/** In UTC and saying so: `2026-11-24 06:00 UTC`. */
export function instant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
