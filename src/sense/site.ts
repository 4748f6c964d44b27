/** One Sense site as the check sees it: asked for its license, it answers with an observation's raw material. */
import type { CertificateEnds, CheckFailureReason } from '../license/observation.ts';
import type { LicenseReply } from '../license/reading.ts';

export type SiteAnswer =
  | {
      readonly kind: 'license';
      /** Null: the server says that it has no license. */
      readonly reply: LicenseReply | null;
      readonly host: string;
      readonly certificates: CertificateEnds;
    }
  | {
      readonly kind: 'failed';
      readonly reason: CheckFailureReason;
      /** One sentence or two for people: what happened and what to do. Holds no secret. */
      readonly detail: string;
      /** The last host tried. */
      readonly host: string | null;
      readonly certificates: CertificateEnds;
    };

export interface SenseSite {
  /** Looks once, over the hosts in their order. Never rejects; settles soon after `signal` aborts. */
  fetchLicense(signal: AbortSignal): Promise<SiteAnswer>;
  close(): Promise<void>;
}
