/** Whether the exported certificates can be used, and if not, which file is wrong and what to do. Pure. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../platform/secret.ts';

/** What a connection is made with. The same object as long as the files stay the same. */
export interface Certificates {
  readonly client: {
    readonly cert: string;
    readonly key: string;
    readonly passphrase: Secret | undefined;
  } | null;
  /** Null: the CAs of the system. */
  readonly ca: string | null;
  /** The dates between which the client certificate holds, and the end of its root: epoch ms. */
  readonly clientFrom: number | null;
  readonly clientEnd: number | null;
  readonly rootEnd: number | null;
}

export interface PemFile {
  readonly file: string;
  readonly text: string;
}

/** What was read of each file; without client in proxy mode, without all where the system's CAs serve. */
export interface PemTexts {
  cert?: PemFile;
  key?: PemFile;
  ca?: PemFile;
}

export interface CertificateFailure {
  readonly kind: 'failed';
  readonly reason: 'client-certificate-unusable' | 'client-certificate-expired' | 'out-of-resources';
  readonly detail: string;
  readonly clientEnd: number | null;
  readonly rootEnd: number | null;
}

const EXPORT_AGAIN = 'Export the certificates again from the QMC, with format PEM and "include secret key"';

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

export function checkCertificates(
  { cert, key, ca }: PemTexts,
  passphrase: Secret | undefined,
): { readonly kind: 'usable'; readonly certificates: Certificates } | CertificateFailure {
  const roots = ca ? certificatesIn(ca) : [];
  if (typeof roots === 'string') return unusable(roots);
  if (!cert || !key) return usable({ client: null, ca, roots, leaf: null });

  const chain = certificatesIn(cert);
  if (typeof chain === 'string') return unusable(chain);
  const leaf = chain[0]!;
  const privateKey = privateKeyIn(key, passphrase);
  if (typeof privateKey === 'string') return unusable(privateKey);
  if (!leaf.checkPrivateKey(privateKey)) {
    return unusable(
      `The key in ${key.file} does not belong to the certificate in ${cert.file}. ${EXPORT_AGAIN}.`,
    );
  }
  return usable({ client: { cert: cert.text, key: key.text, passphrase }, ca, roots, leaf });
}

/** A failure when the client certificate does not hold at `now` (epoch ms), else undefined. */
export function datesProblem(certificates: Certificates, now: number): CertificateFailure | undefined {
  const { clientFrom, clientEnd, rootEnd } = certificates;
  const failed = (reason: CertificateFailure['reason'], detail: string): CertificateFailure => ({
    kind: 'failed',
    reason,
    detail,
    clientEnd,
    rootEnd,
  });
  if (clientEnd !== null && clientEnd < now) {
    return failed(
      'client-certificate-expired',
      `The client certificate ended on ${dayOf(clientEnd)}. ${EXPORT_AGAIN}.`,
    );
  }
  if (clientFrom !== null && clientFrom > now) {
    return failed(
      'client-certificate-unusable',
      `The client certificate does not hold before ${dayOf(clientFrom)}. Check the clock of this machine.`,
    );
  }
  return undefined;
}

function usable(parts: {
  readonly client: Certificates['client'];
  readonly ca: PemFile | undefined;
  readonly roots: readonly X509Certificate[];
  readonly leaf: X509Certificate | null;
}): { readonly kind: 'usable'; readonly certificates: Certificates } {
  const { client, ca, roots, leaf } = parts;
  const issuer = leaf ? roots.find((root) => leaf.checkIssued(root)) : undefined;
  return {
    kind: 'usable',
    certificates: {
      client,
      ca: ca?.text ?? null,
      clientFrom: leaf?.validFromDate.getTime() ?? null,
      clientEnd: leaf?.validToDate.getTime() ?? null,
      rootEnd: (issuer ?? roots[0])?.validToDate.getTime() ?? null,
    },
  };
}

/** The certificates of a file, or the sentence that says why there are none. */
function certificatesIn({ file, text }: PemFile): X509Certificate[] | string {
  const blocks = text.match(CERTIFICATE_BLOCK);
  if (!blocks) return `${file} holds no certificate in PEM format. ${EXPORT_AGAIN}.`;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return `The certificate in ${file} is damaged. ${EXPORT_AGAIN}.`;
  }
}

function privateKeyIn({ file, text }: PemFile, passphrase: Secret | undefined): KeyObject | string {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return `${file} holds no private key in PEM format. ${EXPORT_AGAIN}.`;
  }
  const isEncrypted = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text);
  if (isEncrypted && !passphrase) {
    return `The key in ${file} is protected by a password. Give it as certificates.passphrase, or export again without a password.`;
  }
  try {
    return createPrivateKey({ key: text, ...(passphrase && { passphrase: passphrase.reveal() }) });
  } catch {
    return isEncrypted
      ? `The passphrase does not open the key in ${file}. Give the password of the export as certificates.passphrase.`
      : `The key in ${file} is damaged. ${EXPORT_AGAIN}.`;
  }
}

function unusable(detail: string): CertificateFailure {
  return { kind: 'failed', reason: 'client-certificate-unusable', detail, clientEnd: null, rootEnd: null };
}

/** `YYYY-MM-DD` in UTC. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
