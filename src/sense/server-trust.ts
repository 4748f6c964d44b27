/**
 * How a TLS connection to a site is opened, and whether the server on it is the right one.
 *
 * Without a pin Node decides: chain, purpose, dates, name. With a pin exactly the pinned certificate is accepted and
 * Node's verdict on it does not count; the pin is compared before the first byte of a request is sent.
 */
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { buildConnector } from '../platform/undici.ts';
import type { Certificates } from './certificate-checks.ts';
import type { SiteSection } from './site-section.ts';

/** The server shows another certificate than the pinned one. */
export class PinMismatchError extends Error {
  override readonly name = 'PinMismatchError';
  readonly code = 'PIN_MISMATCH';
  /** SHA-256 of what the server shows, hex with colons; null when it shows nothing. */
  readonly shown: string | null;

  constructor(shown: string | null) {
    super('the server shows another certificate than the pinned one');
    this.shown = shown;
  }
}

/** What is known of the connections to one host; `server-trust` keeps it, the others look. */
export interface Handshakes {
  /** Those that the server took part in: it has seen, or will see, the client certificate. */
  begun: number;
  /** Those that were completed. */
  count: number;
  /** End of the certificate that the server showed last, epoch ms. */
  serverEnd: number | null;
  /** The connection being made, if any. */
  opening: TLSSocket | null;
}

/**
 * Breaks off the connection being made, if any.
 *
 * A request that waits for a connection does not listen to its signal, so whoever aborts has to end the wait.
 */
export function giveUpConnecting(handshakes: Handshakes): void {
  handshakes.opening?.destroy(Object.assign(new Error('gave up connecting'), { code: 'ETIMEDOUT' }));
}

/**
 * Everything that can be parsed once per certificate set.
 *
 * @throws whatever OpenSSL has against the certificate, the key or their sizes
 */
export function secureContextFor(certificates: Certificates, tls: SiteSection['tls']): SecureContext {
  const { client, ca } = certificates;
  return createSecureContext({
    ...(client && { cert: client.cert, key: client.key }),
    ...(client?.passphrase && { passphrase: client.passphrase.reveal() }),
    ...(ca !== null && { ca }),
    ...(tls.minVersion && { minVersion: tls.minVersion }),
    // OpenSSL 3 speaks TLS 1.0 and 1.1 only at this level, so that the setting alone would do nothing.
    ...((tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1') && { ciphers: 'DEFAULT:@SECLEVEL=0' }),
  });
}

/** @param connectTimeoutMs a backstop only; the deadline of a request is its signal */
export function trustingConnector(
  secureContext: SecureContext,
  tls: SiteSection['tls'],
  connectTimeoutMs: number,
  handshakes: Handshakes,
): buildConnector.connector {
  const connect = buildConnector({
    secureContext,
    rejectUnauthorized: tls.verify && !tls.sha256,
    allowH2: false,
    // A resumed session would skip the check of the name.
    maxCachedSessions: 0,
    timeout: connectTimeoutMs,
  });

  return (options, callback) => {
    // The types hide that the connector returns the socket it opens.
    const opening = connect(named(options), (...[error, socket]) => {
      handshakes.opening = null;
      if (error) return callback(error, null);
      const shown = (socket as TLSSocket).getPeerX509Certificate();
      handshakes.count += 1;
      handshakes.serverEnd = shown?.validToDate.getTime() ?? null;
      const fingerprint = shown?.fingerprint256 ?? null;
      if (tls.sha256 && !tls.sha256.includes(fingerprint?.replaceAll(':', '').toLowerCase() ?? '')) {
        socket.destroy();
        return callback(new PinMismatchError(fingerprint), null);
      }
      return callback(null, socket);
    }) as unknown as TLSSocket;
    handshakes.opening = opening;
    // The only sign of progress before the end of a handshake. The key itself is of no interest.
    opening.once('keylog', () => {
      handshakes.begun += 1;
    });
  };

  function named(options: buildConnector.Options): buildConnector.Options {
    return tls.serverName ? { ...options, servername: tls.serverName } : options;
  }
}
