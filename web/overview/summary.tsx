/** How many sites are how urgent; each number narrows the list to its sites. */
import type { SiteSummary } from '../../src/web/api.ts';
import { MarkIcon } from '../parts/mark.tsx';
import { levelWords } from '../words/license.ts';
import { type Level, levelOf, levels } from './filter.ts';

interface SummaryProps {
  readonly sites: readonly SiteSummary[];
  readonly chosen: Level | null;
  readonly onChoose: (level: Level | null) => void;
}

export function Summary({ sites, chosen, onChoose }: SummaryProps) {
  const counts = levelCounts(sites);
  return (
    <fieldset class="summary">
      <legend class="visually-hidden">Show only</legend>
      {levels
        .filter((level) => counts[level] > 0 || level === chosen)
        .map((level) => (
          <button
            key={level}
            type="button"
            class={`chip level-${level}`}
            aria-pressed={level === chosen}
            onClick={() => onChoose(level === chosen ? null : level)}
          >
            <MarkIcon mark={level} />
            <span>
              <strong>{counts[level]}</strong> {levelWords[level]}
            </span>
          </button>
        ))}
    </fieldset>
  );
}

/** `2 critical, 1 warning, 14 fine` */
export function summaryLine(sites: readonly SiteSummary[]): string {
  const counts = levelCounts(sites);
  return levels
    .filter((level) => counts[level] > 0)
    .map((level) => `${counts[level]} ${levelWords[level]}`)
    .join(', ');
}

function levelCounts(sites: readonly SiteSummary[]): Readonly<Record<Level, number>> {
  const counts = { critical: 0, warning: 0, fine: 0, unchecked: 0 };
  for (const site of sites) counts[levelOf(site)] += 1;
  return counts;
}
