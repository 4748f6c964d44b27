/** The text formats of Prometheus: 0.0.4 and OpenMetrics 1.0. Pure. */

export interface Family {
  /** Of a counter without `_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  readonly samples: readonly Sample[];
  /** Lines of further samples, as `encodeSamples` makes them, in UTF-8. */
  readonly encoded?: readonly Buffer[];
}

export interface Sample {
  /** Of a histogram: `_bucket`, `_sum` or `_count`. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Of samples that are encoded ahead: a text of thousands of lines does not fall into too many pieces. */
export const LINES_PER_BLOCK = 256;

export type Format = 'text' | 'openmetrics';

export const contentTypes: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The format that an `Accept` header asks for. */
export function formatFor(accept: string | undefined): Format {
  return /application\/openmetrics-text/.test(accept ?? '') ? 'openmetrics' : 'text';
}

/** The whole text, in UTF-8 and in pieces. Families without samples are left out: what is not known has no line. */
export function encodeFamilies(families: readonly Family[], format: Format): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let text = '';
  for (const family of families) {
    const { samples, encoded = [] } = family;
    if (samples.length === 0 && encoded.every(({ length }) => length === 0)) continue;
    text += `${encodeHead(family, format)}${encodeSamples(family)}`;
    if (encoded.length === 0) continue;
    pieces.push(Buffer.from(text), ...encoded);
    text = '';
  }
  if (format === 'openmetrics') text += '# EOF\n';
  return [...pieces, Buffer.from(text)];
}

function encodeHead({ name, help, kind }: Family, format: Format): string {
  const total = kind === 'counter' ? '_total' : '';
  const described = format === 'openmetrics' ? name : `${name}${total}`;
  const helped = help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  const text = format === 'openmetrics' ? helped.replace(/"/g, '\\"') : helped;
  return `# HELP ${described} ${text}\n# TYPE ${described} ${kind}\n`;
}

/** A line for each sample, the same in both formats. */
export function encodeSamples({ name, kind, samples }: Family): string {
  const total = kind === 'counter' ? '_total' : '';
  // Joined, not added up: that would leave a text of thousands of pieces, to be walked through at every use.
  return samples
    .map(
      ({ suffix = total, labels, value }) =>
        `${name}${suffix}${encodeLabels(labels)} ${encodeNumber(value)}\n`,
    )
    .join('');
}

function encodeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return /[\\\n"]/.test(value)
    ? value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')
    : value;
}

function encodeNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** A text as the end of a label name: everything that is not allowed there becomes `_`. */
export function labelName(text: string): string {
  return text.replace(/[^a-zA-Z0-9_]/g, '_');
}

export function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: 'gauge', samples };
}

export function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: 'counter', samples };
}

/** No sample where there is no number. */
export function sampleOf(labels: Sample['labels'], value: number | null): Sample[] {
  return value === null || Number.isNaN(value) ? [] : [{ labels, value }];
}
