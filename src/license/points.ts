/** Measurement points, neutral to any database. The only place that names what is measured. */
import type { CalendarDate, LicenseState } from './reading.ts';

/** Numbers are floats everywhere, because Butler wrote them as floats into the same measurements. */
export type FieldValue = number | string | boolean;

export interface Point {
  readonly measurement: string;
  /** Tags with an empty value are left out by whoever encodes the point. */
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Epoch ms. Explicit, so that writing the same point twice overwrites instead of doubling it. */
  readonly at: number;
}

export interface CheckFacts {
  readonly site: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly at: number;
  readonly reachable: boolean;
  /** Null as long as the site has never been read. */
  readonly license: {
    readonly state: LicenseState;
    readonly expired: boolean;
    readonly endDate: CalendarDate | null;
    readonly daysLeft: number | null;
    /** Age of the reading that this is based on: 0 when the site was read just now. */
    readonly readingAgeSeconds: number;
  } | null;
}

/** The point written at every check, also when the site could not be read. */
export function pointOfCheck(facts: CheckFacts): Point {
  const { license } = facts;
  return {
    measurement: 'qlik_sense_server_license',
    tags: { ...facts.tags, site: facts.site },
    at: facts.at,
    fields: {
      reachable: facts.reachable,
      ...(license !== null && {
        state: license.state,
        license_expired: license.expired,
        reading_age_seconds: license.readingAgeSeconds,
      }),
      ...(license !== null &&
        license.endDate !== null && {
          expiry_date: license.endDate,
          expiry_timestamp: Date.parse(license.endDate) / 1000,
        }),
      ...(license !== null && license.daysLeft !== null && { days_until_expiry: license.daysLeft }),
    },
  };
}

export interface AlertFacts {
  readonly site: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly at: number;
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly daysLeft: number | null;
  readonly rung: number | null;
}

/** One alert as a point, for annotations. */
export function pointOfAlert(facts: AlertFacts): Point {
  return {
    measurement: 'qlik_sense_server_license_alert',
    tags: { ...facts.tags, site: facts.site ?? '', kind: facts.kind, severity: facts.severity },
    at: facts.at,
    fields: {
      id: facts.id,
      title: facts.title,
      ...(facts.daysLeft !== null && { days_until_expiry: facts.daysLeft }),
      ...(facts.rung !== null && { rung: facts.rung }),
    },
  };
}
