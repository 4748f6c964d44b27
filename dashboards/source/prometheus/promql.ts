/** The questions that panels ask in PromQL. The names of all metrics and labels come from `web/metric-names`. */
import { licenseStates } from '../../../src/license/reading.ts';
import { metricLabels as label, metricNames, TAG_LABEL_PREFIX } from '../../../src/web/metric-names.ts';
import { URL_TAG } from '../url-tag.ts';

type Metric = keyof typeof metricNames;

/** The label that the tag with the address of a site becomes. */
export const URL_LABEL = `${TAG_LABEL_PREFIX}${URL_TAG}`;
export const ALERT_NAME = 'alertname';
export const SEVERITY = 'severity';
/** The alert rules of `dashboards/prometheus`. */
export const ALERT_NAMES = 'QlikSense.+|LicenseSentinel.+';

const chosen = `${label.site}=~"$site"`;

/** The series of a metric for the chosen sites. */
const of = (metric: Metric, ...more: readonly string[]) =>
  `${metricNames[metric]}{${[chosen, ...more].join(', ')}}`;
/** One series for each site, also where two services look at it. */
const perSite = (expr: string) => `max by (${label.site}) (${expr})`;
const inMs = (expr: string) => `${expr} * 1000`;

export const daysLeft = perSite(of('daysLeft'));
/** Epoch ms, as Grafana wants it. */
export const endDate = inMs(perSite(of('expiry')));
export const lastCheck = inMs(perSite(of('lastCheck')));
export const reachable = perSite(of('reachable'));
/** Seconds. */
export const readingAge = `time() - ${perSite(of('lastConfirmed'))}`;

/** While somebody's acknowledgement silences alerts about the license: 1, else 0. */
export const acknowledged = perSite(of('acknowledged'));

/** By the date, or by the server's own word: 1, else 0. */
export const expired = perSite(`(${of('daysLeft')} < bool 0) or ${of('state', `${label.state}="expired"`)}`);

/** The place of the state in `licenseStates`, counted from 1, as a metric can be nothing but a number. */
export const stateNumber = perSite(
  licenseStates
    .map((state, index) => `${of('state', `${label.state}="${state}"`)} * ${index + 1}`)
    .join(' or '),
);

/** Every site of the configuration, with its address where it has one. */
export const sites = `max by (${label.site}, ${URL_LABEL}) (${of('site')})`;

const versionLabels = [label.site, label.version, label.releaseLabel].join(', ');
export const versions = `max by (${versionLabels}) (${of('version')})`;
export const versionsSeen = `max by (${versionLabels}) (max_over_time(${of('version')}[$__range]))`;

const endDateBefore = perSite(`${of('expiry')} offset $__interval`);
const endDateNow = perSite(of('expiry'));
/** Where the end date is another one than an interval before: the old one, and the new one. */
export const changedFrom = inMs(`(${endDateBefore} != ${endDateNow})`);
export const changedTo = inMs(`(${endDateNow} != ${endDateBefore})`);

const certificateEnd = `min by (${label.site}, ${label.certificate}) (${of('certificateExpiry')})`;
export const certificateEnds = inMs(certificateEnd);
export const certificateDays = `floor((${certificateEnd} - time()) / 86400)`;

/** Since the service started. */
export const checks = `sum by (${label.site}, ${label.outcome}) (${metricNames.checks}_total{${chosen}})`;

const perDestination = (metric: Metric) => `max by (${label.destination}) (${metricNames[metric]})`;
export const waiting = perDestination('waiting');
export const oldestAge = perDestination('oldestAge');
export const failing = perDestination('failing');
export const deadLetters = perDestination('deadLetters');
const failureLabels = [label.destination, label.outcome, label.reason].join(', ');
/** Since the service started. */
export const failures = `sum by (${failureLabels}) (${metricNames.deliveryFailures}_total)`;

/** Alerts about destinations belong to no site, and so pass as long as all sites are chosen. */
export const firing = `ALERTS{alertstate="firing", ${ALERT_NAME}=~"${ALERT_NAMES}", ${chosen}}`;
export const fired = `max by (${ALERT_NAME}, ${SEVERITY}, ${label.site}, ${label.destination}) (max_over_time(${firing}[$__range]))`;

export const siteNames = `label_values(${metricNames.site}, ${label.site})`;
