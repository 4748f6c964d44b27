/** A badge for wikis and README files: the state of one license. Pure. */
import type { SiteSummary } from './api.ts';

const colors = { info: '#2e7d32', warning: '#b26a00', critical: '#c62828', unknown: '#616161' } as const;
/** Of 11 px Verdana, generously; `textLength` makes it fit. */
const CHARACTER_PX = 6.6;

export function renderBadge(site: Pick<SiteSummary, 'name' | 'state' | 'daysLeft' | 'severity'>): string {
  const words = wordsOf(site);
  const color = site.state === null ? colors.unknown : colors[site.severity];
  const [left, right] = [widthOf(site.name), widthOf(words)];
  const width = left + right;
  const label = escaped(`${site.name}: ${words}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${label}">
<title>${label}</title>
<rect width="${left}" height="20" fill="#424242"/><rect x="${left}" width="${right}" height="20" fill="${color}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="${left / 2}" y="14">${escaped(site.name)}</text><text x="${left + right / 2}" y="14">${escaped(words)}</text>
</g>
</svg>
`;
}

function wordsOf({ state, daysLeft }: Pick<SiteSummary, 'state' | 'daysLeft'>): string {
  if (state === null) return 'not read yet';
  if ((state !== 'valid' && state !== 'expiring') || daysLeft === null) return state;
  return daysLeft === 1 ? '1 day left' : `${daysLeft} days left`;
}

const widthOf = (text: string) => Math.ceil(Array.from(text).length * CHARACTER_PX) + 12;

function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
