/** One Sense site as the checks see it: asked for its license or its version, it answers with raw material. */
import type { CertificateEnds, CheckFailureReason } from '../license/observation.ts';
import type { ProductVersion } from '../license/product-version.ts';
import type { LicenseReply } from '../license/reading.ts';

/** Why there is no answer. */
export interface WhyNot {
  readonly reason: CheckFailureReason;
  /** One sentence or two for people: what happened and what to do. Holds no secret. */
  readonly detail: string;
}

export interface FailedAnswer extends WhyNot {
  readonly kind: 'failed';
  /** The last host tried. */
  readonly host: string | null;
  readonly certificates: CertificateEnds;
}

export type SiteAnswer =
  | {
      readonly kind: 'license';
      /** Null: the server says that it has no license. */
      readonly reply: LicenseReply | null;
      readonly host: string;
      readonly certificates: CertificateEnds;
    }
  | FailedAnswer;

export type VersionAnswer =
  | {
      readonly kind: 'version';
      readonly version: ProductVersion;
      readonly host: string;
      /** Why the About service did not tell the product version, where only the repository told its own; else null. */
      readonly missed: WhyNot | null;
    }
  | FailedAnswer;

export interface SenseSite {
  /** Looks once, over the hosts in their order. Never rejects; settles soon after `signal` aborts. */
  fetchLicense(signal: AbortSignal): Promise<SiteAnswer>;
  /**
   * Asks for the product version, over connections of its own, so that it never holds up `fetchLicense`: the About
   * service, directly or through the proxy, else the repository service for its build. Never rejects, as above.
   */
  fetchVersion(signal: AbortSignal): Promise<VersionAnswer>;
  close(): Promise<void>;
}
