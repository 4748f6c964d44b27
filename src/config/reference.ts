/** The reference page of the configuration file, written from its schema so that it cannot say anything else. Pure. */
import { commonSettings } from '../delivery/common-section.ts';
import { alternativesOf, type JsonSchema } from './json-schema.ts';

interface Row {
  readonly option: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

const INTRODUCTION = `# Configuration

One YAML file. Unknown keys, wrong values, unreadable schedules and missing references are refused before anything
starts, all at once, with file, line and column. This page is generated from the schema; do not edit it.

- \`license-sentinel config init\` prints a commented file to begin with, \`config check\` tells every problem,
  \`config show\` prints what takes effect with secrets hidden, \`config schema\` prints a JSON Schema for your editor.
- A switch is \`true\` or \`false\`; \`yes\`, \`no\`, \`on\` and \`off\` are understood as well.
- A *duration* is a text such as \`30 s\`, \`5 min\`, \`6 h\`, \`1 h 30 min\` or \`7 days\`.
- A *secret* is a text that is never shown. Keep it out of the file: \`\${env:NAME}\` is replaced by an environment
  variable and \`\${file:PATH}\` by the content of a file (without its last line break), in any text of the file. Write
  \`$\${\` for the characters \`\${\` themselves.
- Relative paths count from the folder of the configuration file.
- Anchors, aliases and \`<<\` of YAML work, so that many sites can share settings.
`;

const SCHEDULES = `### Schedules

| text | means |
| --- | --- |
| \`every 6 hours\`, \`90 min\`, \`every hour\`, \`daily\` | So long after the start of the last check; from 1 s to 31 days. |
| \`at 06:00\`, \`every day at noon\`, \`every weekday at 10:15 am\`, \`at 5 pm every friday\` | At that time of day in the zone of the site. |
| \`0 6 * * *\`, or \`{ cron: "0 6 * * *", timeZone: Europe/Stockholm }\` | Cron with five fields, or six with seconds in front. |

Every site is also checked once at the start. Intervals vary by up to 5 % (at most 5 min), times of day come up to 30 s
late, so that many sites do not ask at the same moment.
`;

export function renderReference(schema: JsonSchema): string {
  const sections = schema.properties ?? {};
  const top = Object.entries(sections).map(([name, section]) =>
    rowOf(name, section, isRequired(schema, name)),
  );
  const parts = [INTRODUCTION, '## Sections', table(top)];
  for (const [name, section] of Object.entries(sections)) {
    if (name === 'destinations') parts.push(...destinationParts(section));
    else parts.push(...sectionParts(name, section));
    if (name === 'sites') parts.push(SCHEDULES);
  }
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}

function sectionParts(name: string, section: JsonSchema): string[] {
  const rows = nestedRows(section.items ?? section, '');
  return rows.length === 0 ? [] : [`## \`${name}\``, section.description ?? '', table(rows)];
}

function destinationParts(section: JsonSchema): string[] {
  const kinds = alternativesOf(section.items ?? {});
  const common = new Set(Object.keys(commonSettings));
  const shared = nestedRows(kinds[0] ?? {}, '').filter(({ option }) => common.has(option));
  const parts = ['## `destinations`', section.description ?? '', '### Every destination', table(shared)];
  for (const kind of kinds) {
    const rows = nestedRows(kind, '').filter(({ option }) => !common.has(option));
    const version = kind.properties?.['version']?.const;
    const suffix = version === undefined ? '' : `, \`version: ${JSON.stringify(version)}\``;
    parts.push(`### \`kind: ${kind.properties?.['kind']?.const as string}\`${suffix}`, table(rows));
  }
  return parts;
}

function nestedRows(schema: JsonSchema, prefix: string): Row[] {
  return alternativesOf(schema).flatMap((alternative) =>
    Object.entries(alternative.properties ?? {}).flatMap(([name, property]) => [
      rowOf(`${prefix}${name}`, property, isRequired(alternative, name)),
      ...nestedRows(property, `${prefix}${name}.`),
    ]),
  );
}

function rowOf(option: string, schema: JsonSchema, required: boolean): Row {
  return {
    option,
    type: typeOf(schema),
    fallback: required ? '**required**' : defaultOf(schema),
    meaning: schema.description ?? '',
  };
}

function isRequired(schema: JsonSchema, name: string): boolean {
  return (schema.required ?? []).includes(name);
}

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined) return '';
  if (JSON.stringify(value) === '{}') return '';
  return code(value);
}

function typeOf(schema: JsonSchema): string {
  const types = alternativesOf(schema).map(singleTypeOf);
  return [...new Set(types)].join(' or ');
}

function singleTypeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.writeOnly) return 'secret';
  if (schema.$comment === 'duration') return 'duration';
  switch (schema.type) {
    case undefined:
      return 'anything';
    case 'string':
      return 'text';
    case 'integer':
      return `whole number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${typeOf(schema.items ?? {})}`;
    case 'object':
      return schema.properties === undefined && typeof schema.additionalProperties === 'object'
        ? `map to ${typeOf(schema.additionalProperties)}`
        : 'section';
    default:
      return schema.type;
  }
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined || maximum === undefined || maximum > 1e9) return '';
  return ` ${minimum}–${maximum}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ option, type, fallback, meaning }) =>
    `| \`${option}\` | ${cell(type)} | ${cell(fallback)} | ${cell(meaning)} |`.replaceAll('  ', ' '),
  );
  return ['| option | type | default | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
}
