import { describe, expect, it } from 'vitest';
import { type AlertFacts, type CheckFacts, pointOfAlert, pointOfCheck, pointOfVersion } from './points.ts';

const at = Date.parse('2026-11-24T10:00:00Z');
const tags = { environment: 'production' };
const license = {
  state: 'valid',
  expired: false,
  endDate: '2027-05-06',
  daysLeft: 163,
  readingAgeSeconds: 0,
  acknowledged: false,
} as const;

describe('the point of a check', () => {
  const pointOf = (facts: Partial<CheckFacts>) =>
    pointOfCheck({ site: 'prod', tags, at, reachable: true, license, ...facts });

  it('has the names that dashboards of Butler ask for, and the end date also as seconds since 1970', () => {
    expect(pointOf({})).toEqual({
      measurement: 'qlik_sense_server_license',
      tags: { environment: 'production', site: 'prod' },
      at,
      fields: {
        reachable: true,
        state: 'valid',
        license_expired: false,
        reading_age_seconds: 0,
        acknowledged: false,
        expiry_date: '2027-05-06',
        expiry_timestamp: 1_809_561_600,
        days_until_expiry: 163,
      },
    });
  });

  it('says only that the site cannot be read while nothing is known of its license', () => {
    expect(pointOf({ reachable: false, license: null }).fields).toEqual({ reachable: false });
  });

  it('has no date and no days where the license has none', () => {
    const fields = pointOf({
      license: { ...license, state: 'perpetual', endDate: null, daysLeft: null },
    }).fields;
    expect(fields).toEqual({
      reachable: true,
      state: 'perpetual',
      license_expired: false,
      reading_age_seconds: 0,
      acknowledged: false,
    });
  });

  it('tells how old the reading is, that the license has expired, and that somebody knows', () => {
    const old = { ...license, expired: true, daysLeft: -1, readingAgeSeconds: 3600, acknowledged: true };
    expect(pointOf({ license: old }).fields).toMatchObject({
      license_expired: true,
      days_until_expiry: -1,
      reading_age_seconds: 3600,
      acknowledged: true,
    });
  });

  it('belongs to its site, whatever the tags say', () => {
    expect(pointOf({ tags: { site: 'other' } }).tags).toEqual({ site: 'prod' });
  });
});

describe('the point of a version', () => {
  const untold = {
    contentHash: null,
    copyrightYearRange: null,
    deploymentType: null,
    deprecatedProductVersion: null,
    productName: null,
    releaseLabel: null,
    senseId: null,
    version: null,
    repositoryVersion: null,
  };

  it('has what the About service told, under the names of Butler, and leaves out what it did not', () => {
    const version = {
      ...untold,
      source: 'about-service',
      contentHash: 'c0ffee',
      copyrightYearRange: '1993-2026',
      deploymentType: 'QlikSenseServer',
      deprecatedProductVersion: '4.0.X',
      productName: 'Qlik Sense',
      releaseLabel: 'May 2026',
      senseId: 'qliksenseserver:14.254.6',
    } as const;
    expect(pointOfVersion({ site: 'prod', tags, at, version })).toEqual({
      measurement: 'qlik_sense_version',
      tags: { environment: 'production', site: 'prod' },
      at,
      fields: {
        content_hash: 'c0ffee',
        copyright_year_range: '1993-2026',
        deployment_type: 'QlikSenseServer',
        deprecated_product_version: '4.0.X',
        product_name: 'Qlik Sense',
        release_label: 'May 2026',
        sense_id: 'qliksenseserver:14.254.6',
      },
    });
  });

  it('has only its own build where the repository told', () => {
    const version = { ...untold, source: 'repository', repositoryVersion: '38.35.0.0' } as const;
    expect(pointOfVersion({ site: 'prod', tags, at, version }).fields).toEqual({
      repository_version: '38.35.0.0',
    });
    const product = { ...untold, source: 'proxy', version: '14.254.6' } as const;
    expect(pointOfVersion({ site: 'prod', tags, at, version: product }).fields).toEqual({
      version: '14.254.6',
    });
  });
});

describe('the point of an alert', () => {
  const alert: AlertFacts = {
    site: 'prod',
    tags,
    at,
    id: '0123',
    kind: 'expiring',
    severity: 'critical',
    title: 'prod: ends in 7 days',
    daysLeft: 7,
    rung: 7,
  };

  it('can be found by site, kind and severity, and says the rest in its fields', () => {
    expect(pointOfAlert(alert)).toEqual({
      measurement: 'qlik_sense_server_license_alert',
      tags: { environment: 'production', site: 'prod', kind: 'expiring', severity: 'critical' },
      at,
      fields: { id: '0123', title: 'prod: ends in 7 days', days_until_expiry: 7, rung: 7 },
    });
  });

  it('has an empty site where it is about the service, and no days or rung where there are none', () => {
    const point = pointOfAlert({ ...alert, site: null, daysLeft: null, rung: null });
    expect(point.tags).toEqual({
      environment: 'production',
      site: '',
      kind: 'expiring',
      severity: 'critical',
    });
    expect(point.fields).toEqual({ id: '0123', title: 'prod: ends in 7 days' });
  });

  it('keeps days and rungs that are 0', () => {
    expect(pointOfAlert({ ...alert, daysLeft: 0, rung: 0 }).fields).toMatchObject({
      days_until_expiry: 0,
      rung: 0,
    });
  });
});
