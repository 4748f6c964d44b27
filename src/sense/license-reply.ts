/** The reply of `GET /qrs/license`: the only place that knows how Qlik spells the fields of a license. */
import type { LicenseReply } from '../license/reading.ts';

const texts = {
  serial: 'serial',
  key: 'key',
  keyDetails: 'keyDetails',
  lef: 'lef',
  controlNumber: 'check',
  ownerName: 'name',
  ownerOrganization: 'organization',
  expiredReason: 'expiredReason',
  definitionUpdated: 'updated',
} as const satisfies Partial<Record<keyof LicenseReply, string>>;

const flags = {
  isExpired: 'isExpired',
  isBlacklisted: 'isBlacklisted',
  isInvalid: 'isInvalid',
  isSubscription: 'isSubscription',
} as const satisfies Partial<Record<keyof LicenseReply, string>>;

const licenseFields = [...Object.values(texts), ...Object.values(flags)];

/**
 * Takes the fields of a license out of a parsed reply. Every field may be absent, because older servers send fewer;
 * a field of the wrong type counts as absent, and further fields are left out.
 *
 * Source: Qlik Sense Repository Service API, "License: Get", and its OpenAPI model. A server without a license
 * answers `200` with the JSON literal `null`.
 *
 * @returns null when the server says that it has no license; undefined when the value is no license at all
 */
export function parseLicenseReply(json: unknown): LicenseReply | null | undefined {
  if (json === null) return null;
  if (!isLicense(json)) return undefined;
  const text = (field: keyof typeof texts) => textOf(json[texts[field]]);
  const flag = (field: keyof typeof flags) => flagOf(json[flags[field]]);
  return {
    serial: text('serial'),
    key: text('key'),
    keyDetails: text('keyDetails'),
    lef: text('lef'),
    controlNumber: text('controlNumber'),
    ownerName: text('ownerName'),
    ownerOrganization: text('ownerOrganization'),
    isExpired: flag('isExpired'),
    isBlacklisted: flag('isBlacklisted'),
    isInvalid: flag('isInvalid'),
    isSubscription: flag('isSubscription'),
    expiredReason: text('expiredReason'),
    definitionUpdated: text('definitionUpdated'),
  };
}

function isLicense(json: unknown): json is Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  if ('schemaPath' in json && json.schemaPath === 'License') return true;
  return licenseFields.some((field) => Object.hasOwn(json, field));
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function flagOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const text = textOf(value).trim().toLowerCase();
  if (text === 'true') return true;
  return text === 'false' ? false : null;
}
