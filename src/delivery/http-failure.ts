/** What it means when no HTTP answer came: the error of the client as an outcome. Pure. */
import { type ShortageCode, shortageWords } from '../platform/shortage.ts';
import type { DeliveryFailureReason, Outcome } from './destination.ts';

/**
 * Codes of Node.js and OpenSSL for a certificate that was not accepted, on either side, or for a peer that does
 * not speak TLS. See https://nodejs.org/api/tls.html#x509-certificate-error-codes.
 */
const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|OUT_OF_MEM$|EPROTO$)/;

const TIMEOUT_CODE = /^(?:UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/;

/** The parser of the client for an answer that is not HTTP, or has headers larger than 16 KiB. */
const NOT_HTTP_CODE = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_EXCEEDED)/;

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the far end broke the connection',
  EPIPE: 'the far end broke the connection',
  UND_ERR_SOCKET: 'the far end broke the connection; over https it may miss a client certificate',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the name server did not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; name it, or the authority behind it, in `ca`',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority; name that authority in `ca`',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an unknown authority; name that authority in `ca`',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an unknown authority; name that authority in `ca`',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak https on this port',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate; set `clientCertificate`',
};

const HANDSHAKE_FAILED =
  'the TLS handshake failed; does this port speak https, and a version of TLS that both ends know?';

/**
 * Reads an error of the HTTP client as an outcome, always a deferred one: a network can be mended.
 *
 * @param origin the only part of the address that may be shown: scheme, host and port
 * @param facts.shortage what this process or machine has run out of
 * @throws the error itself when it is none of the network's, which means a bug
 */
export function outcomeOfFailure(
  error: unknown,
  origin: string,
  facts: { readonly signal: AbortSignal; readonly shortage: ShortageCode | undefined },
): Outcome {
  const { signal, shortage } = facts;
  if (signal.aborted) return deferred('timeout', `${origin} did not answer in time`);
  if (shortage !== undefined) return deferred('out-of-resources', `${origin}: ${shortageWords[shortage]}`);
  const code = codeOf(error);
  if (code === undefined || code.startsWith('UND_ERR_INVALID_') || code.startsWith('ERR_INVALID_'))
    throw error;
  if (TIMEOUT_CODE.test(code)) return deferred('timeout', `${origin} did not answer in time (${code})`);
  if (NOT_HTTP_CODE.test(code))
    return deferred('server-error', `${origin} does not answer in HTTP (${code})`);
  const sentence = SENTENCES[code] ?? (code.startsWith('ERR_SSL_') ? HANDSHAKE_FAILED : undefined);
  const detail = `${origin}: ${sentence === undefined ? code : `${sentence} (${code})`}`;
  return deferred(TLS_CODE.test(code) ? 'tls' : 'unreachable', detail);
}

function deferred(reason: DeliveryFailureReason, detail: string): Outcome {
  return { kind: 'deferred', reason, detail };
}

/** The code of an error or of the one behind it. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  // The parser of undici does not always know a code for what it met.
  return error.name === 'HTTPParserError' ? 'HPE_UNKNOWN' : codeOf(error.cause);
}
