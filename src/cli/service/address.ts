/** Where a service can be asked, and by which certificate it is known. */
import { readFile } from 'node:fs/promises';
import { listenHost, type WebSection } from '../../web/web-section.ts';
import { AskError } from './ask-error.ts';

export interface ServiceAddress {
  /** With its base path and a slash at the end. */
  readonly url: string;
  /** PEM; undefined: the authorities of the system. */
  readonly ca: string | undefined;
  /** False where the certificate itself is known, so that its name does not matter. */
  readonly checksName: boolean;
}

/**
 * The address at which the service of a configuration listens, as seen from its own machine. Its certificate is the one
 * in the configuration, whatever name or authority it has.
 *
 * @param ca trusted instead, with its names
 * @throws AskError when a certificate file cannot be read
 */
export async function ownAddress(
  { listen, basePath, tls }: WebSection,
  ca: string | undefined,
): Promise<ServiceAddress> {
  const port = /\d+$/.exec(listen)![0];
  const url = `${tls === undefined ? 'http' : 'https'}://${reachable(listenHost(listen))}:${port}${basePath}/`;
  const file = ca ?? tls?.cert;
  return { url, ca: file && (await readPem(file)), checksName: ca !== undefined };
}

/** @throws AskError when it is no address, or the file of `ca` cannot be read */
export async function elsewhere(text: string, ca: string | undefined): Promise<ServiceAddress> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AskError('--url takes an address such as http://127.0.0.1:8080/ or https://host/licenses/.', 2);
  }
  if (url.username !== '' || url.password !== '') {
    throw new AskError('--url takes no login: give a token with --token or LICENSE_SENTINEL_TOKEN.', 2);
  }
  const path = url.pathname.replace(/\/+$/, '');
  return { url: `${url.origin}${path}/`, ca: ca && (await readPem(ca)), checksName: true };
}

/** Where one can knock at who listens everywhere. */
function reachable(host: string): string {
  if (host === '*' || host === '::') return 'localhost';
  if (host === '0.0.0.0') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AskError(
      `Cannot read the certificate ${file} (${code}). Correct its path, or let this account read it.`,
      2,
    );
  }
}
