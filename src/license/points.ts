/** Measurement points, neutral to any database. The only place that names what is measured. */
import { type ProductVersion, productTexts } from './product-version.ts';
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

/** Every name under which something is measured. What asks a database for it takes the name from here. */
export const measurements = {
  license: {
    name: 'qlik_sense_server_license',
    tags: { site: 'site' },
    fields: {
      reachable: 'reachable',
      state: 'state',
      licenseExpired: 'license_expired',
      readingAgeSeconds: 'reading_age_seconds',
      expiryDate: 'expiry_date',
      expiryTimestamp: 'expiry_timestamp',
      daysUntilExpiry: 'days_until_expiry',
      acknowledged: 'acknowledged',
    },
  },
  alert: {
    name: 'qlik_sense_server_license_alert',
    tags: { site: 'site', kind: 'kind', severity: 'severity' },
    fields: { id: 'id', title: 'title', daysUntilExpiry: 'days_until_expiry', rung: 'rung' },
  },
  version: {
    name: 'qlik_sense_version',
    tags: { site: 'site' },
    fields: {
      contentHash: 'content_hash',
      copyrightYearRange: 'copyright_year_range',
      deploymentType: 'deployment_type',
      deprecatedProductVersion: 'deprecated_product_version',
      productName: 'product_name',
      releaseLabel: 'release_label',
      senseId: 'sense_id',
      version: 'version',
      repositoryVersion: 'repository_version',
    },
  },
} as const;

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
    /** Whether somebody knows, so that nothing is repeated. */
    readonly acknowledged: boolean;
  } | null;
}

/** The point written at every check, also when the site could not be read. */
export function pointOfCheck(facts: CheckFacts): Point {
  const { license } = facts;
  const { name, tags, fields } = measurements.license;
  return {
    measurement: name,
    tags: { ...facts.tags, [tags.site]: facts.site },
    at: facts.at,
    fields: {
      [fields.reachable]: facts.reachable,
      ...(license !== null && {
        [fields.state]: license.state,
        [fields.licenseExpired]: license.expired,
        [fields.readingAgeSeconds]: license.readingAgeSeconds,
        [fields.acknowledged]: license.acknowledged,
      }),
      ...(license !== null &&
        license.endDate !== null && {
          [fields.expiryDate]: license.endDate,
          [fields.expiryTimestamp]: Date.parse(license.endDate) / 1000,
        }),
      ...(license !== null && license.daysLeft !== null && { [fields.daysUntilExpiry]: license.daysLeft }),
    },
  };
}

export interface VersionFacts {
  readonly site: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly at: number;
  readonly version: ProductVersion;
}

/**
 * A version as it was seen. The names are Butler's, and what the server did not tell is left out. Where only the
 * repository told its own build, that is the only field: it must not stand among product versions.
 */
export function pointOfVersion({ site, tags, at, version }: VersionFacts): Point {
  const { repositoryVersion } = version;
  const { name: measurement, tags: tagNames, fields } = measurements.version;
  const told = productTexts.flatMap((name) => {
    const text = version[name];
    return text === null ? [] : [[fields[name], text] as const];
  });
  return {
    measurement,
    tags: { ...tags, [tagNames.site]: site },
    at,
    fields: {
      ...Object.fromEntries(told),
      ...(repositoryVersion !== null && { [fields.repositoryVersion]: repositoryVersion }),
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
  const { name, tags, fields } = measurements.alert;
  return {
    measurement: name,
    tags: {
      ...facts.tags,
      [tags.site]: facts.site ?? '',
      [tags.kind]: facts.kind,
      [tags.severity]: facts.severity,
    },
    at: facts.at,
    fields: {
      [fields.id]: facts.id,
      [fields.title]: facts.title,
      ...(facts.daysLeft !== null && { [fields.daysUntilExpiry]: facts.daysLeft }),
      ...(facts.rung !== null && { [fields.rung]: facts.rung }),
    },
  };
}
