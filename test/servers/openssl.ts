/** An authority with a certificate for a server on loopback and one for a client, made by the openssl program. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificates {
  /** Paths of PEM files, as are all the others. */
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: {
    readonly cert: string;
    readonly key: string;
    /** The same key, encrypted. */
    readonly encryptedKey: string;
    readonly passphrase: string;
  };
}

const passphrase = 'p4ssphrase-of-the-key';

/** The server's certificate is for `localhost` and 127.0.0.1; the client's name is `sentinel`. Valid for a day. */
export async function issueCertificates(folder: string): Promise<Certificates> {
  const at = (name: string) => join(folder, name);
  await newKey(at('ca.key'));
  await openssl(
    'req',
    '-x509',
    '-key',
    at('ca.key'),
    '-subj',
    '/CN=test authority',
    '-days',
    '1',
    '-out',
    at('ca.pem'),
  );
  for (const [name, subject, extension] of [
    ['server', '/CN=localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ['client', '/CN=sentinel', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    await newKey(at(`${name}.key`));
    await openssl('req', '-new', '-key', at(`${name}.key`), '-subj', subject, '-out', at(`${name}.csr`));
    await writeFile(at(`${name}.ext`), extension);
    const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1'];
    const files = ['-in', at(`${name}.csr`), '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)];
    await openssl('x509', '-req', ...signing, ...files);
  }
  const encryption = ['-aes256', '-passout', `pass:${passphrase}`];
  await openssl('ec', '-in', at('client.key'), ...encryption, '-out', at('client-encrypted.key'));
  return {
    ca: at('ca.pem'),
    server: { cert: at('server.pem'), key: at('server.key') },
    client: {
      cert: at('client.pem'),
      key: at('client.key'),
      encryptedKey: at('client-encrypted.key'),
      passphrase,
    },
  };
}

async function newKey(path: string): Promise<void> {
  await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', path);
}

async function openssl(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('openssl', args);
}
