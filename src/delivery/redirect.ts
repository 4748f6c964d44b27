/** Whether a redirect may be followed with the same method, body and credentials. Pure. */

const FOLLOWED = new Set([301, 302, 303, 307, 308]);

/**
 * The address to send the same request to again, when it is on the same server: same scheme, host and port, or the
 * same host on https after http. Otherwise the words that explain why it is not followed, showing no more of the
 * other address than scheme, host and port.
 *
 * @param scrub takes secrets out of a text that the far end wrote
 */
export function redirectTarget(
  status: number,
  location: string | undefined,
  from: URL,
  scrub: (text: string) => string,
): URL | string {
  if (!FOLLOWED.has(status) || location === undefined || !URL.canParse(location, from.href)) {
    return 'and says nowhere to go; check `url`';
  }
  const to = new URL(location, from);
  const sameServer = to.origin === from.origin;
  const nowEncrypted = from.protocol === 'http:' && to.protocol === 'https:' && to.hostname === from.hostname;
  if (sameServer || nowEncrypted) return to;
  const shown = scrub(location);
  // Once more, because reading an address changes how it is written: letters become small, %61 becomes a.
  const origin = URL.canParse(shown, from.href) ? scrub(new URL(shown, from).origin) : 'elsewhere';
  return `and points to ${origin}; messages and credentials do not follow there, so set the new address in \`url\``;
}
