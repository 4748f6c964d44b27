import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../platform/secret.ts';
import {
  type CertificateAuthority,
  createAuthority,
  encryptedKey,
  type Identity,
  writeCertificateFolder,
} from '../simulator/certificate-authority.ts';
import { datesProblem } from './certificate-checks.ts';
import { type CertificatesResult, openCertificates } from './certificates.ts';

const dates = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2036-01-01T00:00:00Z') };
const clientDates = { from: new Date('2026-02-01T00:00:00Z'), to: new Date('2027-02-01T00:00:00Z') };

let authority: CertificateAuthority;
let client: Identity;
let other: Identity;
let folder: string;

beforeAll(async () => {
  authority = await createAuthority('sense.example.com', dates);
  client = await authority.issueClient(clientDates);
  other = await authority.issueClient();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  await writeCertificateFolder(folder, client, authority.pem);
});

afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);

async function read(): Promise<CertificatesResult> {
  return openCertificates(folder, true).current();
}

async function detail(): Promise<string> {
  const result = await read();
  if (result.kind === 'usable') return 'usable';
  expect(result.reason).toBe('client-certificate-unusable');
  return result.detail;
}

describe('the files as exported from the QMC', () => {
  it('tells when the client certificate and its root end', async () => {
    expect(await read()).toMatchObject({
      kind: 'usable',
      certificates: { clientEnd: clientDates.to.getTime(), rootEnd: dates.to.getTime() },
    });
  });

  it('takes the end of the root that issued the client certificate, where there are several', async () => {
    const stranger = await createAuthority('other', { ...dates, to: new Date('2028-01-01T00:00:00Z') });
    await write('root.pem', `${stranger.pem}${authority.pem}`);

    expect(await read()).toMatchObject({ certificates: { rootEnd: dates.to.getTime() } });
  });

  it.each<[string, (text: string) => string | Buffer]>([
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['both', (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['words before the PEM', (text) => `Bag Attributes\n  friendlyName: x\n${text}`],
  ])('tolerates %s', async (_, change) => {
    await write('client.pem', change(client.cert));
    await write('client_key.pem', change(client.key));
    await write('root.pem', change(authority.pem));

    expect((await read()).kind).toBe('usable');
  });

  it('are read once while they stay the same, and again when one changes', async () => {
    const source = openCertificates(folder, true);
    const first = await source.current();

    expect(await source.current()).toBe(first);

    await writeCertificateFolder(folder, other, authority.pem);
    const second = await source.current();

    expect(second).not.toBe(first);
    expect(second).toMatchObject({ certificates: { clientEnd: dates.to.getTime() } });
  });

  it('are found when they come later', async () => {
    await rm(join(folder, 'client.pem'));
    const source = openCertificates(folder, true);
    expect((await source.current()).kind).toBe('failed');

    await write('client.pem', client.cert);

    expect((await source.current()).kind).toBe('usable');
  });
});

describe('what is wrong with the files', () => {
  it('a missing one', async () => {
    await rm(join(folder, 'client_key.pem'));

    expect(await detail()).toMatch(/client_key\.pem does not exist\. Export the certificates from the QMC/);
  });

  it('a missing folder', async () => {
    const result = await openCertificates(join(folder, 'nowhere'), true).current();

    expect(result).toMatchObject({ reason: 'client-certificate-unusable' });
  });

  it('a folder in place of a file', async () => {
    const result = await openCertificates({ cert: folder, key: folder, ca: folder }, true).current();

    expect(result).toMatchObject({ detail: expect.stringContaining('is a folder, not a file') });
  });

  it('another format than PEM', async () => {
    await write('client.pem', Buffer.from([0x30, 0x82, 1, 2, 3]));

    expect(await detail()).toMatch(/client\.pem holds no certificate in PEM format.*format PEM/);
  });

  it('a certificate where the key should be', async () => {
    await write('client_key.pem', client.cert);

    expect(await detail()).toMatch(/client_key\.pem holds no private key in PEM format.*include secret key/);
  });

  it('a damaged certificate', async () => {
    await write('root.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');

    expect(await detail()).toMatch(/certificate in .*root\.pem is damaged/);
  });

  it('a damaged key', async () => {
    await write('client_key.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');

    expect(await detail()).toMatch(/key in .*client_key\.pem is damaged/);
  });

  it('a key of another certificate', async () => {
    await write('client_key.pem', other.key);

    expect(await detail()).toMatch(/client_key\.pem does not belong to the certificate in .*client\.pem/);
  });

  it('a huge file', async () => {
    await write('root.pem', 'x'.repeat(1_100_000));

    expect(await detail()).toMatch(/too large/);
  });
});

describe('a key with a password', () => {
  const files = (passphrase?: string) => ({
    cert: join(folder, 'client.pem'),
    key: join(folder, 'client_key.pem'),
    ca: join(folder, 'root.pem'),
    ...(passphrase && { passphrase: new Secret(passphrase) }),
  });

  beforeEach(() => write('client_key.pem', encryptedKey(client.key, 'planted-passphrase')));

  it('opens with the passphrase', async () => {
    const result = await openCertificates(files('planted-passphrase'), true).current();

    expect(result.kind).toBe('usable');
  });

  it('asks for a passphrase', async () => {
    const result = await openCertificates(files(), true).current();

    expect(result).toMatchObject({ detail: expect.stringMatching(/protected by a password/) });
  });

  it('says when the passphrase is wrong, without showing it', async () => {
    const result = await openCertificates(files('planted-wrong'), true).current();

    expect(result).toMatchObject({ detail: expect.stringMatching(/passphrase does not open the key/) });
    expect(JSON.stringify(result)).not.toContain('planted');
  });
});

describe('the dates of the client certificate', () => {
  async function problemOn(day: string) {
    const result = await read();
    if (result.kind !== 'usable') throw new Error(result.detail);
    return datesProblem(result.certificates, Date.parse(day));
  }

  it('are fine between its two days', async () => {
    expect(await problemOn('2026-11-24')).toBeUndefined();
  });

  it('end it', async () => {
    expect(await problemOn('2027-02-02')).toMatchObject({
      reason: 'client-certificate-expired',
      detail: expect.stringContaining('ended on 2027-02-01. Export the certificates again'),
      clientEnd: clientDates.to.getTime(),
    });
  });

  it('have to begin first', async () => {
    expect(await problemOn('2026-01-15')).toMatchObject({
      reason: 'client-certificate-unusable',
      detail: expect.stringContaining('does not hold before 2026-02-01'),
    });
  });
});

it('needs no more than the root certificate behind a proxy', async () => {
  await rm(join(folder, 'client.pem'));

  expect(await openCertificates(folder, false).current()).toMatchObject({
    kind: 'usable',
    certificates: { client: null, ca: await readFile(join(folder, 'root.pem'), 'utf8') },
  });
  expect(await openCertificates(undefined, false).current()).toMatchObject({ certificates: { ca: null } });
});
