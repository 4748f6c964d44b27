/** What is shown of the sites as metrics. Pure. */
import { licenseStates } from '../license/reading.ts';
import type { SiteSummary } from './api.ts';
import { type Family, gauge, labelName, type Sample, sampleOf } from './exposition.ts';

export function siteFamilies(sites: readonly SiteSummary[]): readonly Family[] {
  const each = (of: (site: SiteSummary) => number | null): Sample[] =>
    sites.flatMap((site) => sampleOf({ site: site.name }, of(site)));
  return [
    gauge(
      'qlik_sense_license_expiry_timestamp_seconds',
      'Start, in UTC, of the last day of the license. Absent where there is no end date.',
      each(({ endDate }) => secondsOf(endDate)),
    ),
    gauge(
      'qlik_sense_license_days_left',
      'Whole days until the license ends, in the time zone of the site: 0 ends today, negative afterwards. Absent where there is no end date.',
      each(({ daysLeft }) => daysLeft),
    ),
    gauge(
      'qlik_sense_license_state',
      '1 for the state that the license is in, 0 for every other one. Absent before the first reading.',
      sites.flatMap(({ name, state }) =>
        state === null
          ? []
          : licenseStates.map((each) => ({
              labels: { site: name, state: each },
              value: Number(each === state),
            })),
      ),
    ),
    gauge(
      'qlik_sense_site_reachable',
      'Whether the last check could read the license. Absent before the first check.',
      each(({ reachable }) => (reachable === null ? null : Number(reachable))),
    ),
    gauge(
      'qlik_sense_license_last_confirmed_timestamp_seconds',
      'When the license was last read.',
      each(({ lastConfirmedAt }) => secondsOf(lastConfirmedAt)),
    ),
    gauge(
      'qlik_sense_version_info',
      'The product version of the site. Always 1.',
      sites.flatMap(({ name, version }) =>
        version === null
          ? []
          : sampleOf(
              { site: name, version: version.version ?? '', release_label: version.releaseLabel ?? '' },
              1,
            ),
      ),
    ),
    gauge(
      'qlik_sense_certificate_expiry_timestamp_seconds',
      'When a certificate of the connection ends.',
      sites.flatMap(({ name, certificates }) =>
        Object.entries(certificates ?? {}).flatMap(([certificate, end]) =>
          sampleOf({ site: name, certificate }, secondsOf(end)),
        ),
      ),
    ),
    gauge(
      'qlik_sense_site_info',
      'The tags of the site, for joins: each as the label tag_<name>. Always 1.',
      sites.map((site) => ({ labels: { site: site.name, ...tagLabels(site.tags) }, value: 1 })),
    ),
  ];
}

function secondsOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text) / 1000;
}

/** Of two tags whose names differ only in what a label cannot have, the first one counts. */
function tagLabels(tags: Readonly<Record<string, string>>): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(tags)) labels[`tag_${labelName(name)}`] ??= value;
  return labels;
}
