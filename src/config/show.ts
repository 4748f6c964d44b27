/** The configuration as it takes effect, defaults and all, for people to read: secrets hidden, durations in words. Pure. */
import { stringify } from 'yaml';
import { parseDuration, renderDuration } from '../platform/duration.ts';
import { Secret } from '../platform/secret.ts';
import type { Config } from './config.ts';
import { alternativeFor, alternativesOf, childOf, type JsonSchema } from './json-schema.ts';
import { configJsonSchema } from './schema.ts';

export function renderConfig(config: Config): string {
  return stringify(shown(config, configJsonSchema(), ''), { lineWidth: 0, aliasDuplicateObjects: false });
}

function shown(value: unknown, schema: JsonSchema | undefined, key: string): unknown {
  if (value instanceof Secret) return value.toString();
  if (typeof value === 'number')
    return schema !== undefined && isDuration(schema) ? durationText(value) : value;
  if (typeof value === 'string') return key === 'url' ? addressOnly(value) : value;
  if (value === null || typeof value !== 'object') return value;
  const alternative = schema && alternativeFor(schema, value);
  if (Array.isArray(value))
    return value.map((item) => shown(item, alternative && childOf(alternative, 0), key));
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .map(([name, child]) => [name, shown(child, alternative && childOf(alternative, name), name)]);
  return Object.fromEntries(entries) as unknown;
}

function isDuration(schema: JsonSchema): boolean {
  return alternativesOf(schema).some(({ $comment }) => $comment === 'duration');
}

/** In two units where that says it all. */
function durationText(ms: number): string {
  const words = renderDuration(ms);
  return parseDuration(words) === ms ? words : `${ms} ms`;
}

/** Chat services keep their secret in the path of the address. */
function addressOnly(text: string): string {
  const url = URL.parse(text);
  if (url === null) return '***';
  const isBare = url.pathname === '/' || url.pathname === '';
  return `${url.protocol}//${url.host}${isBare && url.search === '' ? '' : '/***'}`;
}
