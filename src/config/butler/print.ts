/** What was made of a Butler file, as a file of ours: every value with the key it came from. Pure. */
import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { FromButler, NotTakenOver } from '../butler.ts';
import { type Path, renderPath } from '../config-error.ts';
import { escapedReferences } from './tree.ts';

/** Said before a section, or an entry of a list. */
const OPENINGS: ReadonlyMap<string, string> = new Map([
  ['sites', 'The Qlik Sense site. Butler knows one; more of them may follow here.'],
  ['alerts', 'When to speak. A list such as [90, 60, 30, 14, 7, 3, 1, 0] speaks once at each of its days.'],
  ['destinations', 'Where status and alerts go; each has its own queue.'],
  ['web', 'The page, the API, and /health for the probe of a container.'],
  ['heartbeat', 'A call to a watchdog elsewhere, as long as the work gets on.'],
  ['log', 'What the service says while it runs.'],
  ['store', 'Readings, alert states and waiting messages; the path counts from the folder of this file.'],
]);

/** Values that have no key in the Butler file. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['name', 'your name for it; letters, digits, dots and dashes'],
  ['remind', 'at every check, as Butler; leave it and the next line out with a list above'],
  ['siteTag', 'the points go on in the same series as before'],
  ['retainStatus', 'Butler has nothing retained'],
  ['method', 'Butler has no other'],
  ['onTrouble', 'Butler calls one address only; see docs/configuration.md for /fail'],
  ['will', 'Azure Event Grid keeps no last will'],
]);

/** @param read made of the texts as they stand in the file, so that references stay references */
export function renderFromButler(read: FromButler, fileName: string): string {
  const document = new Document(escaped({ ...read.config, store: './license-sentinel.db' }));
  document.commentBefore = [
    ` License Sentinel for Qlik Sense, made from the Butler file ${withoutBreaks(fileName)}.`,
    ' After each value stands the key that it came from.',
  ].join('\n');
  annotate(document.contents, [], read);
  document.comment = renderNotTakenOver(read.notTakenOver);
  return document.toString({ lineWidth: 0 });
}

function annotate(node: unknown, path: Path, read: FromButler): void {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const name = String(key.value);
      const opening = path.length === 0 ? OPENINGS.get(name) : undefined;
      if (opening !== undefined) {
        key.commentBefore = ` ${opening}`;
        key.spaceBefore = name !== 'sites';
      }
      annotate(value, [...path, name], read);
    }
  } else if (isSeq(node)) {
    // A list of numbers stands on one line.
    node.flow = node.items.every(isScalar);
    for (const [index, item] of node.items.entries()) annotate(item, [...path, index], read);
    if (node.flow) node.comment = commentAt([...path, 0], read);
  } else if (isScalar(node) && typeof path.at(-1) === 'string') {
    node.comment = commentAt(path, read);
  }
}

function commentAt(path: Path, { exactOriginOf }: FromButler): string | null {
  const origin = exactOriginOf(path);
  if (origin !== undefined) return ` ${renderPath(origin)}`;
  const reason = REASONS.get(String(path.at(-1)));
  return reason === undefined ? null : ` ${reason}`;
}

function renderNotTakenOver(left: readonly NotTakenOver[]): string {
  if (left.length === 0) return ' Everything was taken over.';
  const reasons = Map.groupBy(left, ({ why }) => why);
  const lines = [...reasons].flatMap(([why, parts]) => [
    ` ${parts.map(({ path }) => withoutBreaks(path)).join(', ')}:`,
    `   ${why}`,
  ]);
  return [' Not taken over:', ...lines].join('\n');
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return escapedReferences(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, escaped(child)])) as unknown;
}

/** A comment ends with its line. */
function withoutBreaks(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029\u0085]+/g, ' ');
}
