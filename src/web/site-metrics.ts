/** What is shown of the sites as metrics. Pure. */
import { licenseStates } from '../license/reading.ts';
import type { SiteSummary } from './api.ts';
import { type Family, gauge, labelName, type Sample, sampleOf } from './exposition.ts';
import { metricLabels as label, metricNames, TAG_LABEL_PREFIX } from './metric-names.ts';

/** A family as far as a single site has a part in it. */
export interface SiteMetric {
  readonly name: string;
  readonly help: string;
  /** Differs, beside the name of the site, when its samples do; most checks change few of them. */
  shows(site: SiteSummary): unknown;
  samples(site: SiteSummary): readonly Sample[];
}

export const siteMetrics: readonly SiteMetric[] = [
  single<string>(
    metricNames.expiry,
    'Start, in UTC, of the last day of the license. Absent where there is no end date.',
    ({ endDate }) => endDate,
    secondsOf,
  ),
  single<number>(
    metricNames.daysLeft,
    'Whole days until the license ends, in the time zone of the site: 0 ends today, negative afterwards. Absent where there is no end date.',
    ({ daysLeft }) => daysLeft,
  ),
  {
    name: metricNames.state,
    help: '1 for the state that the license is in, 0 for every other one. Absent before the first reading.',
    shows: ({ state }) => state,
    samples: ({ name, state }) =>
      state === null
        ? []
        : licenseStates.map((each) => ({
            labels: { [label.site]: name, [label.state]: each },
            value: Number(each === state),
          })),
  },
  single<number>(
    metricNames.acknowledged,
    'Whether somebody has acknowledged, so that alerts about the license are silent. Absent before the first reading.',
    ({ state, acknowledgement }) => (state === null ? null : Number(acknowledgement !== null)),
  ),
  single<number>(
    metricNames.reachable,
    'Whether the last check could read the license. Absent before the first check.',
    ({ reachable }) => (reachable === null ? null : Number(reachable)),
  ),
  single<string>(
    metricNames.lastCheck,
    'When the site was last looked at, whether that could read the license or not. Absent before the first check.',
    ({ lastCheckedAt }) => lastCheckedAt,
    secondsOf,
  ),
  single<string>(
    metricNames.lastConfirmed,
    'When the license was last read.',
    ({ lastConfirmedAt }) => lastConfirmedAt,
    secondsOf,
  ),
  {
    name: metricNames.version,
    help: 'The product version of the site. Always 1.',
    shows: ({ version }) => version,
    samples: ({ name, version }) =>
      version === null
        ? []
        : sampleOf(
            {
              [label.site]: name,
              [label.version]: version.version ?? '',
              [label.releaseLabel]: version.releaseLabel ?? '',
            },
            1,
          ),
  },
  {
    name: metricNames.certificateExpiry,
    help: 'When a certificate of the connection ends.',
    shows: ({ certificates }) =>
      certificates && `${certificates.client} ${certificates.root} ${certificates.server}`,
    samples: ({ name, certificates }) =>
      Object.entries(certificates ?? {}).flatMap(([certificate, end]) =>
        sampleOf({ [label.site]: name, [label.certificate]: certificate }, secondsOf(end)),
      ),
  },
  {
    name: metricNames.site,
    help: 'The tags of the site, for joins: each as the label tag_<name>. Always 1.',
    shows: ({ tags }) => tags,
    samples: ({ name, tags }) => [{ labels: { [label.site]: name, ...tagLabels(tags) }, value: 1 }],
  },
];

export function siteFamilies(sites: readonly SiteSummary[]): readonly Family[] {
  return siteMetrics.map(({ name, help, samples }) => gauge(name, help, sites.flatMap(samples)));
}

/** A metric of one number for each site; none where it is null. */
function single<Shown extends string | number>(
  name: string,
  help: string,
  shows: (site: SiteSummary) => Shown | null,
  inNumbers: (shown: Shown) => number | null = Number,
): SiteMetric {
  return {
    name,
    help,
    shows,
    samples: (site) => {
      const shown = shows(site);
      return shown === null ? [] : sampleOf({ [label.site]: site.name }, inNumbers(shown));
    },
  };
}

function secondsOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text) / 1000;
}

/** Of two tags whose names differ only in what a label cannot have, the first one counts. */
function tagLabels(tags: Readonly<Record<string, string>>): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(tags)) labels[`${TAG_LABEL_PREFIX}${labelName(name)}`] ??= value;
  return labels;
}
