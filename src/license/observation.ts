/** What one check of a site saw: a license reading, or the reason why there is none; and the certificates. */
import type { LicenseReading } from './reading.ts';

/** Why a check has no license, or no version, to show. Closed list: a metric label, and a heading in docs/errors.md. */
export const checkFailureReasons = [
  'name-not-found',
  'refused',
  'reset',
  'timeout',
  'unreachable',
  'tls-name-mismatch',
  'tls-untrusted',
  'tls-expired',
  'tls-pin-mismatch',
  'tls-failed',
  'client-certificate-unusable',
  'client-certificate-missing',
  'client-certificate-expired',
  'client-certificate-refused',
  'bad-request',
  'unauthorized',
  'forbidden',
  'not-found',
  'redirected',
  'server-error',
  'unexpected-status',
  'not-json',
  'too-large',
  'not-a-license',
  'not-a-version',
  'out-of-resources',
  'internal',
] as const;
export type CheckFailureReason = (typeof checkFailureReasons)[number];

/** When the certificates that the connection depends on end, in epoch ms; null where not (yet) known. */
export interface CertificateEnds {
  readonly client: number | null;
  readonly root: number | null;
  readonly server: number | null;
}

export type Observation =
  | {
      readonly kind: 'reading';
      /** Epoch ms. */
      readonly at: number;
      readonly reading: LicenseReading;
      readonly certificates: CertificateEnds;
    }
  | {
      readonly kind: 'failed';
      readonly at: number;
      readonly reason: CheckFailureReason;
      /** One sentence for people: what happened and what to do. Holds no secret. */
      readonly detail: string;
      readonly certificates: CertificateEnds;
    };
