/**
 * Where days stand on the line to the end. The scale is that of the square root: the last days, on which most depends,
 * get most of the room. Pure.
 */
export interface Scale {
  /** From 0 at the left to 100 at the right. */
  percentOf(daysLeft: number): number;
}

/** From today or the widest rung, whichever is earlier, to the end date or today, whichever is later. */
export function ladderScale(daysLeft: number, thresholdDays: readonly number[]): Scale {
  const start = bent(Math.max(daysLeft, 1, ...thresholdDays));
  const end = bent(Math.min(daysLeft, 0));
  return { percentOf: (days) => ((start - bent(days)) / (start - end)) * 100 };
}

const bent = (days: number) => Math.sign(days) * Math.sqrt(Math.abs(days));
