/**
 * Draws docs/grafana.svg: the answers to the dashboard's own queries, from a simulated license life in a real InfluxDB, as a plot
 * of our own. Needs influxd. Usage: node scripts/draw-dashboard.ts
 */
import { writeFileSync } from 'node:fs';
import { rungThresholds } from '../dashboards/source/look.ts';
import { expandMacros, expandVariables } from '../test/dashboards/grafana-macros.ts';
import { DATABASE, LAST_DAY, liveThroughLicense } from '../test/dashboards/life.ts';
import { overview } from '../test/dashboards/shipped.ts';
import { startInfluxd } from '../test/servers/influxd.ts';

const DAY_MS = 86_400_000;
const SHOWN_DAY = 104;
const W = 1100;
const steps = rungThresholds().build().steps;
const hex: Readonly<Record<string, string>> = {
  green: '#56a64b',
  'light-yellow': '#e8d44d',
  yellow: '#e0b400',
  orange: '#ff9830',
  'dark-orange': '#fa6400',
  red: '#f2495c',
  'dark-red': '#c4162a',
};
const stateColour: Readonly<Record<string, string>> = {
  valid: 'green',
  perpetual: 'green',
  expiring: 'orange',
  missing: 'red',
  expired: 'dark-red',
};
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const colourOf = (days: number) =>
  hex[steps.findLast(({ value }) => value === null || days >= value)!.color]!;
const label = (x: number, y: number, text: string, more = '') =>
  `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`;
const panel = (x: number, y: number, w: number, h: number, title: string) =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="3" class="panel"/>${label(x + 10, y + 20, title, 'class="title"')}`;

const influxd = await startInfluxd();
try {
  const life = await liveThroughLicense({ influxUrl: influxd.url });
  const ask = (title: string, day: number) => {
    const to = life.noon(day) + 3_600_000;
    const all = { multi: true, value: '$__all' };
    const query = expandVariables(overview.panels.find((one) => one.title === title)!.targets[0]!.query, {
      site: { ...all, allValue: '.*' },
      key: { ...all, multi: false, allValue: 'site' },
      value: { ...all, allValue: '.*' },
    });
    return influxd.query(expandMacros(query, { from: life.noon(0), to, interval: '12h' }), DATABASE);
  };
  const parts = [
    ...bars(await ask('Days left', SHOWN_DAY)),
    ...sites(await ask('Sites', SHOWN_DAY)),
    ...countdown(
      await ask('Days left over time', LAST_DAY),
      await ask('Alerts', LAST_DAY),
      life.noon(0),
      life.noon(LAST_DAY),
    ),
    ...strips(await ask('Reachability', LAST_DAY), life.noon(0), life.noon(LAST_DAY)),
  ];
  writeFileSync(
    new URL('../docs/grafana.svg', import.meta.url),
    `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="716" viewBox="0 0 ${W} 716" role="img" aria-label="What the overview shows, rendered from its queries" font-family="Inter, Helvetica, Arial, sans-serif" font-size="12">
<style>.back{fill:#f4f5f5}.panel{fill:#fff;stroke:#d5d7da}text{fill:#24292e}.title{font-weight:600;font-size:13px}.dim{fill:#5c6470}.grid{stroke:#d5d7da}
@media (prefers-color-scheme: dark){.back{fill:#111217}.panel{fill:#181b1f;stroke:#2c3036}text{fill:#d8d9da}.dim{fill:#9aa0a8}.grid{stroke:#2c3036}}</style>
<rect width="100%" height="100%" class="back"/>
${label(12, 24, 'Qlik Sense licenses: rendered from the same queries, not a screenshot of Grafana', 'font-size="15" font-weight="600"')}
${label(12, 42, `Simulated life of four sites in InfluxDB. Upper row: ${life.date(SHOWN_DAY)}, four days after the end date. Below: the whole life, with the renewal.`, 'class="dim"')}
${parts.join('\n')}
</svg>
`,
  );
} finally {
  await influxd.remove();
}

type Series = Awaited<ReturnType<typeof influxd.query>>;

function bars(found: Series): string[] {
  return [
    panel(10, 54, 320, 190, 'Days left'),
    ...found.flatMap(({ tags, values }, index) => {
      const days = values.at(-1)![1] as number;
      const y = 92 + index * 46;
      return [
        label(22, y + 20, tags?.['site'] ?? ''),
        `<rect x="80" y="${y}" width="180" height="30" rx="2" class="grid" fill="none"/><rect x="80" y="${y}" width="${Math.max(3, Math.min(180, (days / 100) * 180))}" height="30" rx="2" fill="${colourOf(days)}"/>`,
        `<text x="316" y="${y + 22}" text-anchor="end" font-size="18" font-weight="600" style="fill:${colourOf(days)}">${days}</text>`,
      ];
    }),
    label(22, 232, 'no end date: in the table of sites only', 'class="dim"'),
  ];
}

function sites(found: Series): string[] {
  const xs = [352, 480, 558, 652, 722, 820, 916, 1000];
  const heads = [
    'Checked',
    'Site',
    'State',
    'Expired',
    'End date',
    'Days until exp.',
    'Reachable',
    'Age of reading',
  ];
  const rows = found.map(({ tags, columns, values }, index) => {
    const row = Object.fromEntries(columns.map((name, at) => [name, values[0]![at]]));
    const y = 130 + index * 28;
    const state = row['state'] as string | null;
    const [expired, reachable, days] = [
      row['license_expired'],
      row['reachable'],
      row['days_until_expiry'] as number | null,
    ];
    const fill = (colour: string | undefined) => (colour === undefined ? '' : `style="fill:${hex[colour]}"`);
    return [
      label(xs[0]!, y, new Date(row['time'] as number).toISOString().slice(0, 16).replace('T', ' ')),
      label(xs[1]!, y, tags?.['site'] ?? ''),
      label(xs[2]!, y, state ?? 'not read yet', fill(state === null ? undefined : stateColour[state])),
      label(
        xs[3]!,
        y,
        expired === null ? 'unknown' : expired ? 'yes' : 'no',
        fill(expired === null ? undefined : expired ? 'red' : 'green'),
      ),
      label(xs[4]!, y, (row['expiry_date'] as string | null) ?? '–'),
      label(
        xs[5]!,
        y,
        days === null ? '–' : String(days),
        days === null ? '' : `style="fill:${colourOf(days)}"`,
      ),
      label(xs[6]!, y, reachable ? 'reachable' : 'unreachable', fill(reachable ? 'green' : 'red')),
      label(
        xs[7]!,
        y,
        row['reading_age_seconds'] === null ? '' : `${row['reading_age_seconds'] as number} s`,
      ),
    ].join('');
  });
  return [
    panel(340, 54, 750, 190, 'Sites'),
    ...heads.map((head, at) => label(xs[at]!, 102, head, 'class="dim"')),
    ...rows,
  ];
}

function countdown(lines: Series, alerts: Series, from: number, to: number): string[] {
  const [left, right, top, bottom] = [52, 1076, 292, 536];
  const x = (at: number) => left + ((at - from) / (to - from)) * (right - left);
  const y = (days: number) => bottom - ((days + 10) / 380) * (bottom - top);
  const [series] = lines;
  const points = series!.values.map(([at, days], index) => {
    const here = `${x(at as number).toFixed(1)} ${y(days as number).toFixed(1)}`;
    return index === 0 ? `M${here}` : `H${x(at as number).toFixed(1)}V${y(days as number).toFixed(1)}`;
  });
  const [told] = alerts;
  const [siteAt, kindAt] = [told!.columns.indexOf('site'), told!.columns.indexOf('kind')];
  const marks = told!.values.filter((row) => row[siteAt] === 'prod');
  return [
    panel(10, 254, 1080, 320, 'Days left over time (dashed: the rungs; ticks below: alerts of prod)'),
    ...steps
      .filter(({ value }) => value !== null)
      .map(
        ({ value, color }) =>
          `<line x1="${left}" x2="${right}" y1="${y(value!)}" y2="${y(value!)}" stroke="${hex[color]}" stroke-dasharray="5 4" stroke-width="0.8"/>`,
      ),
    ...[0, 90, 180, 270, 360].map((days) =>
      label(left - 8, y(days) + 4, String(days), 'text-anchor="end" class="dim"'),
    ),
    `<path d="${points.join('')}" fill="none" stroke="#5794f2" stroke-width="2"/>`,
    ...marks.map(
      (row) =>
        `<line x1="${x(row[0] as number)}" x2="${x(row[0] as number)}" y1="${bottom + 4}" y2="${bottom + 12}" stroke="#ff9830" stroke-width="1.5"><title>${escaped(String(row[kindAt]))}</title></line>`,
    ),
    ...[0, 30, 60, 90, 120].map((day) =>
      label(
        x(from + day * DAY_MS),
        bottom + 30,
        new Date(from + day * DAY_MS).toISOString().slice(0, 10),
        `text-anchor="${day === 0 ? 'start' : day === 120 ? 'end' : 'middle'}" class="dim"`,
      ),
    ),
    label(left + 8, y(128), 'prod', 'style="fill:#5794f2"'),
  ];
}

function strips(found: Series, from: number, to: number): string[] {
  const [left, right] = [80, 1076];
  const x = (at: number) => left + ((at - from) / (to + DAY_MS - from)) * (right - left);
  return [
    panel(10, 584, 1080, 122, 'Reachability (red: a check that could not read the site)'),
    ...found.flatMap(({ tags, values }, index) => [
      label(22, 626 + index * 22, tags?.['site'] ?? ''),
      ...values.map(([at, reachable], place) => {
        const end = (values[place + 1]?.[0] as number | undefined) ?? to + DAY_MS;
        return `<rect x="${x(at as number).toFixed(1)}" y="${612 + index * 22}" width="${(x(end) - x(at as number) + 0.3).toFixed(1)}" height="17" fill="${hex[reachable ? 'green' : 'red']}"/>`;
      }),
    ]),
  ];
}
