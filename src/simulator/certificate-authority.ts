/**
 * The certificates of a simulated site, made as Qlik Sense makes its own: a root named after the machine, a server
 * certificate with the machine's name, and a client certificate `CN=QlikClient`. Broken ones can be asked for.
 */
import { createPrivateKey, type webcrypto } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extension } from '@peculiar/x509';

/** PEM texts. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface ValidDates {
  readonly from: Date;
  readonly to: Date;
}

export interface ServerCertificateOptions {
  /** DNS names or addresses; the first is the common name. */
  readonly names: readonly string[];
  readonly dates?: ValidDates | undefined;
  /** `client` makes a certificate that Node refuses as INVALID_PURPOSE. */
  readonly purpose?: 'server' | 'client' | undefined;
}

export interface CertificateAuthority {
  readonly pem: string;
  issueServer(options: ServerCertificateOptions): Promise<Identity>;
  issueClient(dates?: ValidDates): Promise<Identity>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** @param dates of the root, and of what it issues unless asked otherwise */
export async function createAuthority(machine: string, dates: ValidDates): Promise<CertificateAuthority> {
  const x509 = await loadX509();
  const rootKeys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${machine}-CA`,
    keys: rootKeys,
    notBefore: dates.from,
    notAfter: dates.to,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });

  return {
    pem: `${root.toString('pem')}\n`,
    issueServer({ names, dates: own, purpose = 'server' }) {
      const san = names.map((name) => ({
        type: /^[\d.]+$|:/.test(name) ? ('ip' as const) : ('dns' as const),
        value: name,
      }));
      return issue(names[0]!, own, purpose, [new x509.SubjectAlternativeNameExtension(san)]);
    },
    issueClient: (own) => issue('QlikClient', own, 'client', []),
  };

  async function issue(
    commonName: string,
    { from, to }: ValidDates = dates,
    purpose: 'server' | 'client',
    extensions: Extension[],
  ): Promise<Identity> {
    const keys = await newKeys();
    const usage = purpose === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${commonName}`,
      issuer: root.subject,
      publicKey: keys.publicKey,
      signingKey: rootKeys.privateKey,
      notBefore: from,
      notAfter: to,
      signingAlgorithm: ALGORITHM,
      extensions: [new x509.ExtendedKeyUsageExtension([usage]), ...extensions],
    });
    return { cert: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) };
  }
}

/** The same key, locked with a passphrase as the QMC does when the export is given a password. */
export function encryptedKey(key: string, passphrase: string): string {
  const cipher = 'aes-256-cbc';
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher, passphrase }).toString();
}

/** Writes a folder as the QMC exports it. Only the owner may read the key. */
export async function writeCertificateFolder(
  folder: string,
  client: Identity,
  rootPem: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'client.pem'), client.cert);
  await writeFile(join(folder, 'client_key.pem'), client.key, { mode: 0o600 });
  await writeFile(join(folder, 'root.pem'), rootPem);
}

/** Only when needed: the library is large, and a service that checks real sites never makes a certificate. */
function loadX509() {
  return import('./x509-library.ts');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
