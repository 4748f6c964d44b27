/**
 * The PEM files of a site: read, checked before connecting, and read again when they change on disk.
 *
 * The checks are made here because a server refuses a bad client certificate with nothing but a reset.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shortageBehind, shortageWords } from '../platform/shortage.ts';
import {
  type CertificateFailure,
  type Certificates,
  checkCertificates,
  type PemTexts,
} from './certificate-checks.ts';
import type { CertificateFiles } from './site-section.ts';

export type CertificatesResult =
  | { readonly kind: 'usable'; readonly certificates: Certificates }
  | CertificateFailure;

export interface CertificateSource {
  /** Costs one stat per file while nothing changes. Never rejects. */
  current(): Promise<CertificatesResult>;
}

/** No exported certificate is nearly that large; reading a log file by mistake must not fill the memory. */
const LARGEST_FILE_BYTES = 1_048_576;

/**
 * @param section a folder with the names that the QMC gives, or the single files; undefined uses the CAs of the system
 * @param withClient false (proxy mode) reads the root certificate only
 */
export function openCertificates(
  section: string | CertificateFiles | undefined,
  withClient: boolean,
): CertificateSource {
  const files = section === undefined ? {} : filesOf(section, withClient);
  let known: { readonly stamp: string; readonly result: Promise<CertificatesResult> } | undefined;

  return {
    async current() {
      const stamps = await Promise.all(Object.values(files).map(stampOf));
      const stamp = stamps.join('|');
      if (known?.stamp !== stamp) known = { stamp, result: read(stamp) };
      return known.result;
    },
  };

  async function read(stamp: string): Promise<CertificatesResult> {
    const texts: PemTexts = {};
    for (const [role, file] of Object.entries(files) as [keyof PemTexts, string][]) {
      const text = await readPem(file);
      if (text.kind === 'failed') {
        // Says nothing about what is in the files, and may be over though they do not change.
        if (known?.stamp === stamp) known = undefined;
        return text;
      }
      texts[role] = { file, text: text.text };
    }
    return checkCertificates(texts, typeof section === 'object' ? section.passphrase : undefined);
  }
}

function filesOf(
  section: string | CertificateFiles,
  withClient: boolean,
): Partial<Record<keyof PemTexts, string>> {
  const { cert, key, ca } =
    typeof section === 'object'
      ? section
      : {
          cert: join(section, 'client.pem'),
          key: join(section, 'client_key.pem'),
          ca: join(section, 'root.pem'),
        };
  return withClient && cert && key ? { cert, key, ca } : { ca };
}

/** What is being found out about files: many sites have the same, and are checked together. */
const underWay = new Map<string, Promise<string>>();

/** Changes when the file does, also when it comes, goes, or is replaced by one of the same age. */
function stampOf(file: string): Promise<string> {
  const asked = underWay.get(file);
  if (asked !== undefined) return asked;
  const stamp = readStamp(file).finally(() => underWay.delete(file));
  underWay.set(file, stamp);
  return stamp;
}

async function readStamp(file: string): Promise<string> {
  try {
    const { mtimeNs, size, ino, ctimeNs } = await stat(file, { bigint: true });
    return `${mtimeNs}.${ctimeNs}.${size}.${ino}`;
  } catch (error) {
    return codeOf(error);
  }
}

async function readPem(
  file: string,
): Promise<{ readonly kind: 'read'; readonly text: string } | CertificateFailure> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_FILE_BYTES) return unusable(`${file} is too large to be a certificate.`);
    return { kind: 'read', text: decoded(await readFile(file)) };
  } catch (error) {
    const shortage = shortageBehind(error);
    if (shortage === undefined) return unusable(unreadable(file, codeOf(error)));
    const detail = `${file} cannot be read: ${shortageWords[shortage]}.`;
    return { ...unusable(detail), reason: 'out-of-resources' };
  }
}

function unreadable(file: string, code: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${file} does not exist. Export the certificates from the QMC (format PEM, include secret key) and put client.pem, client_key.pem and root.pem there.`;
    case 'EACCES':
    case 'EPERM':
      return `${file} may not be read by the account of this service. Give that account the right to read it.`;
    case 'EISDIR':
      return `${file} is a folder, not a file.`;
    default:
      return `${file} cannot be read (${code}).`;
  }
}

/** Windows tools like to write a byte order mark, CRLF, or UTF-16. */
function decoded(bytes: Buffer): string {
  const text = bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}

function unusable(detail: string): CertificateFailure {
  return { kind: 'failed', reason: 'client-certificate-unusable', detail, rootEnd: null, clientEnd: null };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
