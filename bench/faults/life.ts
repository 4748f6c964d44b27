/** The life of a license, squeezed into seconds: what happens to it, and what a person has to be told about it. */

/** Rungs are days left. `expired` and `renewed` are what they say. */
export const conditions = ['60', '30', '14', '7', '1', 'expired', 'renewed'] as const;
export type Condition = (typeof conditions)[number];

export const rungs = [60, 30, 14, 7, 1] as const;

/** What the license has left while nobody has to be told anything. */
export const CALM_DAYS = 400;

/** Days left in a condition; a renewed license has a year. */
export function daysIn(condition: Condition): number {
  if (condition === 'expired') return -1;
  return condition === 'renewed' ? 365 : Number(condition);
}

export interface Life {
  /** In this order. */
  readonly conditions: readonly Condition[];
  /** How long each of them lasts, but for the one in which a fault ends. The last one stays. */
  readonly eachMs: number;
  /** How long that one lasts: enough to start again and to try again, as a rung of days is in real life. */
  readonly recoveryMs: number;
}
