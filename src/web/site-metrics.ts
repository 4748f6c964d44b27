/** What is shown of the sites as metrics. Pure. */
import { licenseStates } from '../license/reading.ts';
import type { SiteSummary } from './api.ts';
import { type Family, gauge, labelName, type Sample, sampleOf } from './exposition.ts';
import { metricLabels as label, metricNames, TAG_LABEL_PREFIX } from './metric-names.ts';

export function siteFamilies(sites: readonly SiteSummary[]): readonly Family[] {
  const each = (of: (site: SiteSummary) => number | null): Sample[] =>
    sites.flatMap((site) => sampleOf({ [label.site]: site.name }, of(site)));
  return [
    gauge(
      metricNames.expiry,
      'Start, in UTC, of the last day of the license. Absent where there is no end date.',
      each(({ endDate }) => secondsOf(endDate)),
    ),
    gauge(
      metricNames.daysLeft,
      'Whole days until the license ends, in the time zone of the site: 0 ends today, negative afterwards. Absent where there is no end date.',
      each(({ daysLeft }) => daysLeft),
    ),
    gauge(
      metricNames.state,
      '1 for the state that the license is in, 0 for every other one. Absent before the first reading.',
      sites.flatMap(({ name, state }) =>
        state === null
          ? []
          : licenseStates.map((each) => ({
              labels: { [label.site]: name, [label.state]: each },
              value: Number(each === state),
            })),
      ),
    ),
    gauge(
      metricNames.acknowledged,
      'Whether somebody has acknowledged, so that alerts about the license are silent. Absent before the first reading.',
      each(({ state, acknowledgement }) => (state === null ? null : Number(acknowledgement !== null))),
    ),
    gauge(
      metricNames.reachable,
      'Whether the last check could read the license. Absent before the first check.',
      each(({ reachable }) => (reachable === null ? null : Number(reachable))),
    ),
    gauge(
      metricNames.lastCheck,
      'When the site was last looked at, whether that could read the license or not. Absent before the first check.',
      each(({ lastCheckedAt }) => secondsOf(lastCheckedAt)),
    ),
    gauge(
      metricNames.lastConfirmed,
      'When the license was last read.',
      each(({ lastConfirmedAt }) => secondsOf(lastConfirmedAt)),
    ),
    gauge(
      metricNames.version,
      'The product version of the site. Always 1.',
      sites.flatMap(({ name, version }) =>
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
      ),
    ),
    gauge(
      metricNames.certificateExpiry,
      'When a certificate of the connection ends.',
      sites.flatMap(({ name, certificates }) =>
        Object.entries(certificates ?? {}).flatMap(([certificate, end]) =>
          sampleOf({ [label.site]: name, [label.certificate]: certificate }, secondsOf(end)),
        ),
      ),
    ),
    gauge(
      metricNames.site,
      'The tags of the site, for joins: each as the label tag_<name>. Always 1.',
      sites.map((site) => ({ labels: { [label.site]: site.name, ...tagLabels(site.tags) }, value: 1 })),
    ),
  ];
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
