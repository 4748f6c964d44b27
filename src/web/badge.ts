/** A badge for wikis and README files: the state of one license. Pure. */
import type { SiteSummary } from './api.ts';

const colors = { info: '#2e7d32', warning: '#b26a00', critical: '#c62828', unknown: '#616161' } as const;
/** Of 11 px Verdana, generously; `textLength` makes it fit. */
const CHARACTER_PX = 6.6;

type Shown = Pick<SiteSummary, 'name' | 'state' | 'daysLeft' | 'severity' | 'reachable' | 'acknowledgement'>;

export function renderBadge(site: Shown): string {
  const words = wordsOf(site);
  const isUnknown = site.state === null && site.reachable === null;
  const color = isUnknown ? colors.unknown : colors[site.severity];
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

/** What the color says stands in words, too: a number from a site that cannot be read may be old. */
function wordsOf(site: Shown): string {
  const isUnseen = site.reachable === false;
  if (site.state === null) return isUnseen ? 'cannot be read' : 'not read yet';
  return [licenseInWords(site), isUnseen && 'cannot be read', site.acknowledgement !== null && 'acknowledged']
    .filter((words) => typeof words === 'string')
    .join(', ');
}

function licenseInWords({ state, daysLeft }: Shown): string | null {
  if ((state !== 'valid' && state !== 'expiring') || daysLeft === null) return state;
  return daysLeft === 1 ? '1 day left' : `${daysLeft} days left`;
}

const widthOf = (text: string) => Math.ceil(Array.from(text).length * CHARACTER_PX) + 12;

function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
