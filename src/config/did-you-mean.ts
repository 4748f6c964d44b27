/** What somebody probably wanted to write. Pure. */

/** `; did you mean "port"?`, or nothing when no candidate is near enough to be more than a guess. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  const nearest = nearestOf(written, candidates);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

function nearestOf(written: string, candidates: readonly string[]): string | undefined {
  if (written.length > 64) return undefined;
  const plain = withoutStyle(written);
  const farthest = Math.max(1, Math.floor(plain.length / 3));
  let nearest: string | undefined;
  let least = farthest + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain, withoutStyle(candidate));
    if (distance >= least) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

/** `threshold_days`, `Threshold-Days` and `thresholdDays` are the same slip. */
function withoutStyle(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      }
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
