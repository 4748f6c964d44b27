/** What a request must look like, whoever sends it, and the headers of every answer. Pure. */
import { isIP } from 'node:net';
import { listenHost, type WebSection } from './web-section.ts';

/**
 * Whether the Host header is one that a browser may have been meant to use. A page elsewhere can point a name of its own
 * at this machine (DNS rebinding), but cannot make the browser say another name, nor an address.
 */
export function isKnownHost(
  host: string | undefined,
  { listen, hosts, publicUrl }: Pick<WebSection, 'listen' | 'hosts' | 'publicUrl'>,
): boolean {
  if (host === undefined) return false;
  const name = listenHost(host).toLowerCase();
  if (isIP(name) !== 0) return true;
  const published = publicUrl === undefined ? [] : [listenHost(new URL(publicUrl).host)];
  return ['localhost', listenHost(listen), ...published, ...hosts].some(
    (known) => known.toLowerCase() === name,
  );
}

/**
 * Whether a request that changes something comes from our own page, or from no browser at all.
 *
 * @param own host as the browser has it, and its scheme where that is certain
 */
export function isSameOrigin(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  own: { readonly host: string; readonly scheme?: string | undefined },
): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  const from = typeof origin === 'string' ? URL.parse(origin) : null;
  // The address is parsed too, because a browser leaves out the port that goes without saying.
  return (
    from !== null &&
    from.host === URL.parse(`${from.protocol}//${own.host}`)?.host &&
    (own.scheme === undefined || from.protocol === `${own.scheme}:`)
  );
}

export const secureHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
