/** Where panels go: each as far up as it fits, then as far left, in the order in which they are given. */
import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard';

/** Columns of a dashboard of Grafana. */
const COLUMNS = 24;

export interface Size {
  readonly w: number;
  readonly h: number;
}

export function positionsOf(sizes: readonly Size[]): readonly GridPos[] {
  const filledTo = Array.from({ length: COLUMNS }, () => 0);
  return sizes.map(({ w, h }) => {
    const tops = Array.from({ length: COLUMNS - w + 1 }, (_, x) => Math.max(...filledTo.slice(x, x + w)));
    const y = Math.min(...tops);
    const x = tops.indexOf(y);
    filledTo.fill(y + h, x, x + w);
    return { x, y, w, h };
  });
}
