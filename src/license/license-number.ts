/** The number of a license: where it stands, and what may be shown of it. */
import { hash } from 'node:crypto';
import type { LicenseReply } from './reading.ts';

const FINGERPRINT_HEX_DIGITS = 8;
/** A real payload has some hundred characters; longer ones are not read. */
const LONGEST_PAYLOAD = 8192;

/**
 * The digits of the license number: of the serial, else of `License Number` in the key details, else of the
 * `license` claim of the signed key. Null when there is none.
 */
export function licenseDigits(reply: LicenseReply, numberInKeyDetails: string | null): string | null {
  for (const text of [reply.serial, numberInKeyDetails ?? '', licenseClaim(reply.key) ?? '']) {
    const digits = text.replace(/\D+/g, '');
    if (digits !== '') return digits;
  }
  return null;
}

/**
 * The `license` claim of a signed key. Null when the key is not a token with such a claim.
 *
 * Source: the examples in Qlik's help and API typings, where the claim is the serial without blanks.
 */
export function licenseClaim(key: string): string | null {
  const payload = key.split('.', 2)[1] ?? '';
  if (payload === '' || payload.length > LONGEST_PAYLOAD) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('license' in claims)) return null;
    return typeof claims.license === 'string' ? claims.license : null;
  } catch {
    return null;
  }
}

/** `…` and the last four digits; fewer of a number so short that they would give away half of it or more. */
export function maskedNumber(digits: string): string | null {
  if (digits.length >= 8) return `…${digits.slice(-4)}`;
  return digits.length >= 5 ? `…${digits.slice(-2)}` : null;
}

/** See `LicenseReading.fingerprint`. */
export function fingerprintOf(digits: string): string {
  const digest = hash('sha256', `license-number:${digits}`);
  return digest.slice(0, FINGERPRINT_HEX_DIGITS);
}
