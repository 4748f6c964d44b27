/** The questions that panels and rules ask, in InfluxQL. All names come from `license/points`. */
import { measurements } from '../../../src/license/points.ts';
import { URL_TAG } from '../url-tag.ts';

const { license, alert, version } = measurements;

export const MOST_ROWS = 500;

const quoted = (name: string) => `"${name}"`;
const list = (names: readonly string[]) => names.map(quoted).join(', ');
const from = (measurement: string) => `FROM ${quoted(measurement)}`;
const groupBySite = `GROUP BY ${quoted(license.tags.site)}`;

/**
 * What the variables of a dashboard let through. "All" is `.*`, which also matches points without the tag.
 *
 * `$key` comes before any regular expression, because Grafana escapes a variable that it finds within one.
 */
const chosen = `"$key" =~ /^$value$/ AND ${quoted(license.tags.site)} =~ /^$site$/ AND $timeFilter`;

type LicenseField = keyof typeof license.fields;

/** One number, text or truth value over time, for each site. */
export function overTime(field: LicenseField): string {
  const name = quoted(license.fields[field]);
  return `SELECT last(${name}) ${from(license.name)} WHERE ${chosen} GROUP BY time($__interval), ${quoted(license.tags.site)} fill(none)`;
}

/** The latest that is known, for each site. */
export function latest(field: LicenseField): string {
  return `SELECT last(${quoted(license.fields[field])}) ${from(license.name)} WHERE ${chosen} ${groupBySite}`;
}

/** In the order of the columns. */
export const checkColumns = [
  license.fields.licenseExpired,
  license.fields.expiryDate,
  license.fields.daysUntilExpiry,
  license.fields.state,
  license.fields.reachable,
  license.fields.readingAgeSeconds,
  license.fields.acknowledged,
] as const;

/** The latest check of each site, as it was, with the address of the site where it has one. */
export const latestChecks = `SELECT ${list([...checkColumns, URL_TAG])} ${from(license.name)} WHERE ${chosen} ${groupBySite} ORDER BY time DESC LIMIT 1`;

/** Every check, the newest first. */
export const allChecks = `SELECT ${list([license.tags.site, ...checkColumns])} ${from(license.name)} WHERE ${chosen} ORDER BY time DESC LIMIT ${MOST_ROWS}`;

export const versionColumns = [
  version.fields.releaseLabel,
  version.fields.version,
  version.fields.productName,
  version.fields.repositoryVersion,
] as const;

export const latestVersions = `SELECT ${list(versionColumns)} ${from(version.name)} WHERE ${chosen} ${groupBySite} ORDER BY time DESC LIMIT 1`;

export const allVersions = `SELECT ${list([version.tags.site, ...versionColumns])} ${from(version.name)} WHERE ${chosen} ORDER BY time DESC LIMIT ${MOST_ROWS}`;

export const alertColumns = [
  alert.tags.site,
  alert.tags.severity,
  alert.tags.kind,
  alert.fields.title,
  alert.fields.daysUntilExpiry,
] as const;

/** Alerts, the newest first. @param kinds only these; all when left out */
export function alerts(kinds?: readonly string[]): string {
  const only = kinds === undefined ? '' : `${quoted(alert.tags.kind)} =~ /^(${kinds.join('|')})$/ AND `;
  return `SELECT ${list(alertColumns)} ${from(alert.name)} WHERE ${only}${chosen} ORDER BY time DESC LIMIT ${MOST_ROWS}`;
}

/** Alerts about the service itself, which belong to no site and so pass whatever site is chosen. */
export function serviceAlerts(kinds: readonly string[]): string {
  return `SELECT ${list([alert.tags.severity, alert.tags.kind, alert.fields.title])} ${from(alert.name)} WHERE ${quoted(alert.tags.kind)} =~ /^(${kinds.join('|')})$/ AND $timeFilter ORDER BY time DESC LIMIT ${MOST_ROWS}`;
}

export const siteNames = `SHOW TAG VALUES ${from(license.name)} WITH KEY = ${quoted(license.tags.site)}`;
export const tagNames = `SHOW TAG KEYS ${from(license.name)}`;
export const tagValues = `SHOW TAG VALUES ${from(license.name)} WITH KEY = "$key"`;

/** Days left by the last check, for each site that has an end date. */
export const daysLeftNow = `SELECT last(${quoted(license.fields.daysUntilExpiry)}) ${from(license.name)} WHERE $timeFilter ${groupBySite}`;

/**
 * 1 when the last check of a site meets a condition, else 0. InfluxQL cannot turn a truth value or a text into a number, which
 * is all that an alert rule can compare; the age of the reading, a number that every site has once it was read, is made one.
 */
function isNow(condition: string, otherwise: string, further = ''): string {
  const age = quoted(license.fields.readingAgeSeconds);
  const part = (value: string, where: string) =>
    `(SELECT ${age} * 0${value} AS "is" ${from(license.name)} WHERE ${where} AND $timeFilter)`;
  return `SELECT last("is") FROM ${part(' + 1', condition)}, ${part('', otherwise)}${further} ${groupBySite}`;
}

const { licenseExpired, reachable, state } = license.fields;

export const isExpiredNow = isNow(`${quoted(licenseExpired)} = true`, `${quoted(licenseExpired)} = false`);

/** Sites that were never read have no age: two checks in a row that failed have a time between them instead. */
const neverReached = `, (SELECT elapsed(${quoted(reachable)}, 1s) * 0 + 1 AS "is" ${from(license.name)} WHERE ${quoted(reachable)} = false AND $timeFilter ${groupBySite})`;
export const isUnreachableNow = isNow(
  `${quoted(reachable)} = false`,
  `${quoted(reachable)} = true`,
  neverReached,
);

/** @param states of a license */
export function isInState(states: readonly string[]): string {
  const pattern = `/^(${states.join('|')})$/`;
  return isNow(`${quoted(state)} =~ ${pattern}`, `${quoted(state)} !~ ${pattern}`);
}

/** How many checks there were in an hour, on average of so many hours: 0 when the site was not checked at all. */
export function checksPerHour(hours: number): string {
  return `SELECT moving_average(count(${quoted(reachable)}), ${hours}) ${from(license.name)} WHERE $timeFilter GROUP BY time(1h), ${quoted(license.tags.site)} fill(0)`;
}
