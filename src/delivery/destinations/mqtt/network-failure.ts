/** What went wrong between the two ends, in words. Pure. */
import { type ShortageCode, shortageWords } from '../../../platform/shortage.ts';
import type { Failure } from './reason-codes.ts';

const TLS_CODES =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/;

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there. Is the broker running, and is the port right?',
  ENOTFOUND: 'the host name is not known. Check `url` and the name service.',
  EAI_AGAIN: 'the name service does not answer.',
  EHOSTUNREACH: 'there is no way to this host.',
  ENETUNREACH: 'there is no way to this network.',
  ECONNRESET: 'the other end broke the connection off. Does the port expect TLS or another protocol?',
  ETIMEDOUT: 'no answer. Does a firewall stand between?',
  CERT_HAS_EXPIRED: 'the certificate of the broker has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate of the broker is for another name; set `serverName` to its name.',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the certificate of the broker is not trusted; set `ca` to the file of its authority.',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority of the broker is not trusted; set `ca` to its file.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority of the broker is not trusted; set `ca` to its file.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority of the broker is not trusted; set `ca` to its file.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'the broker wants a client certificate; set `clientCertificate`.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other end does not speak TLS on this port.',
};

/** The words of OpenSSL name a place in its source and say no more than the code. */
const HANDSHAKE_FAILED =
  'the TLS handshake failed. Does this port speak TLS, and a version of it that both ends know?';

/**
 * @param address the broker as `mqtt://host:port`
 * @param shortage what this process or machine has run out of
 */
export function networkFailure(error: unknown, address: string, shortage?: ShortageCode): Failure {
  if (shortage !== undefined) {
    return { reason: 'out-of-resources', detail: `Cannot talk to ${address}: ${shortageWords[shortage]}.` };
  }
  const { code, message } = describe(error);
  if (/connack timeout/.test(message)) {
    return { reason: 'timeout', detail: `${address} did not answer the connection request in time.` };
  }
  if (/keepalive timeout/i.test(message)) {
    return { reason: 'unreachable', detail: `${address} fell silent: it no longer answers.` };
  }
  const advice = adviceFor(code, message);
  const detail = `Cannot talk to ${address}${code === '' ? '' : ` (${code})`}: ${advice}`;
  return { reason: TLS_CODES.test(code) ? 'tls' : 'unreachable', detail };
}

function adviceFor(code: string, message: string): string {
  // By the words: they are the same for several codes, and a write that comes before the answer is read has none of its own.
  const isNoTls = /wrong version number|packet length too long/.test(message);
  const known = ADVICE[isNoTls ? 'ERR_SSL_WRONG_VERSION_NUMBER' : code];
  if (known === undefined && code.startsWith('ERR_SSL_')) return HANDSHAKE_FAILED;
  return known ?? `${message.replaceAll(/\s+/g, ' ').trim().slice(0, 200)}.`;
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return { code: typeof code === 'string' ? code : '', message: error.message };
}
