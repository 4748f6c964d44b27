/** What went wrong while two sides agreed on TLS, as a reason and a sentence for people. Pure. */
import { isIP } from 'node:net';
import type { CheckFailureReason } from '../license/observation.ts';
import type { ShortageCode } from '../platform/shortage.ts';
import type { PinMismatchError } from './server-trust.ts';

export interface Failure {
  readonly reason: CheckFailureReason;
  readonly detail: string;
}

/** What was going on when the error came. */
export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly viaProxy: boolean;
  /** The service that is asked, where no proxy is before it: `repository service`. */
  readonly service: string;
  readonly timeoutMs: number;
  /** The deadline of the attempt has passed. */
  readonly isLate: boolean;
  /** The caller gave up. */
  readonly isStopped: boolean;
  /** The connection of the attempt was open: the TLS handshake is done. */
  readonly isConnected: boolean;
  /** The server has taken part in a TLS handshake of this attempt. */
  readonly hasGreeted: boolean;
  /** This host has answered before over a connection with the same certificates. */
  readonly hasAnswered: boolean;
  /** What this process or machine has run out of. */
  readonly shortage: ShortageCode | undefined;
  /** The root certificate of the site has ended: epoch ms and a day for people. */
  readonly rootEndedOn: string | null;
  /** The day on which the server's certificate ends, where it could be seen. */
  readonly serverEndsOn: string | null;
}

const RECREATED =
  'The certificates may have been recreated by an upgrade of Qlik Sense: export them again from the QMC, root.pem included';

/** Undefined when the code is not one of TLS. */
export function tlsFailure(code: string, error: unknown, attempt: Attempt): Failure | undefined {
  const at = `${attempt.host}:${attempt.port}`;
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return nameMismatch(error, attempt.host);
    case 'CERT_HAS_EXPIRED':
      return { reason: 'tls-expired', detail: expired(attempt, at) };
    case 'CERT_NOT_YET_VALID':
      return {
        reason: 'tls-expired',
        detail: `The certificate of ${at} does not hold yet. Check the clock of this machine and of the server.`,
      };
    case 'INVALID_PURPOSE':
      return {
        reason: 'tls-untrusted',
        detail: `The certificate of ${at} is not made for a server, as with some older Qlik Sense certificates. Pin it instead: set tls.sha256 to its SHA-256 fingerprint.`,
      };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
    case 'CERT_UNTRUSTED':
    case 'CERT_CHAIN_TOO_LONG':
    case 'CERT_REVOKED':
    case 'CERT_REJECTED':
    case 'INVALID_CA':
    case 'PATH_LENGTH_EXCEEDED':
      return {
        reason: 'tls-untrusted',
        detail: attempt.viaProxy
          ? `The certificate of ${at} is not vouched for by a known CA (${code}). Give the CA of the proxy as certificates.ca, or pin the certificate with tls.sha256.`
          : `The certificate of ${at} is not vouched for by root.pem (${code}). ${RECREATED}.`,
      };
    default:
      return alertFailure(code, attempt, at);
  }
}

/** What the server said by a TLS alert, and what OpenSSL says of a handshake. */
function alertFailure(code: string, attempt: Attempt, at: string): Failure | undefined {
  if (/CERTIFICATE_REQUIRED/.test(code)) return certificateWanted(at);
  if (/ALERT_CERTIFICATE_EXPIRED/.test(code)) {
    return {
      reason: 'client-certificate-expired',
      detail: `${at} says that the client certificate has ended. ${RECREATED}; and check the clock of the server.`,
    };
  }
  if (/ALERT_(?:BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/.test(code)) {
    return certificateRefused(at);
  }
  if (/HANDSHAKE_FAILURE/.test(code) && attempt.viaProxy) return certificateWanted(at);
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code)) {
    return {
      reason: 'tls-failed',
      detail: `${at} and this service have no TLS version in common (${code}). Enable TLS 1.2 on the server, or lower tls.minVersion.`,
    };
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code)) {
    return { reason: 'tls-failed', detail: `${at} does not speak TLS (${code}). Is the port right?` };
  }
  if (!/^ERR_SSL_|^ERR_TLS_|^ERR_OSSL_|^EPROTO$|^CERT_|^ERROR_IN_CERT/.test(code)) return undefined;
  return { reason: 'tls-failed', detail: `The TLS handshake with ${at} failed (${code}).` };
}

export function pinMismatch({ shown }: PinMismatchError, at: string): Failure {
  return {
    reason: 'tls-pin-mismatch',
    detail: `The certificate of ${at} is not the pinned one: its SHA-256 is ${shown ?? 'unknown'}. If the server got a new certificate, set tls.sha256 to that; if not, somebody may be in between.`,
  };
}

export function certificateWanted(at: string): Failure {
  return {
    reason: 'client-certificate-missing',
    detail: `${at} closed the connection: it probably asks for a client certificate. Is this the port of the proxy (443), and not of the repository (4242)?`,
  };
}

export function certificateRefused(at: string): Failure {
  return {
    reason: 'client-certificate-refused',
    detail: `${at} closed the connection: it probably does not accept the client certificate. ${RECREATED}. If that was done, the service may be restarting.`,
  };
}

function expired({ rootEndedOn, serverEndsOn }: Attempt, at: string): string {
  if (rootEndedOn !== null) return `The root certificate of the site ended on ${rootEndedOn}. ${RECREATED}.`;
  const since = serverEndsOn === null ? 'has ended' : `ended on ${serverEndsOn}`;
  return `The certificate of ${at} ${since}. Restart the Qlik Sense services so that they create a new one, and check the clock of this machine.`;
}

/** Names out of a certificate are somebody else's text: only what a name can hold, and not too much of it. */
function nameMismatch(error: unknown, host: string): Failure {
  const { cert } = error as {
    readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: string } };
  };
  const names = `${cert?.subjectaltname ?? cert?.subject?.CN ?? ''}`
    .split(/,\s*/)
    .map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
    .filter((name) => /^[\p{L}\p{N}.:_*-]{1,253}$/u.test(name))
    .slice(0, 10);
  const machine = names.find((name) => isIP(name) === 0);
  return {
    reason: 'tls-name-mismatch',
    detail:
      names.length === 0
        ? `The certificate of ${host} is for another name. Set tls.serverName to the name in it.`
        : `The certificate is not for ${host} but for ${names.join(', ')}. Use that name as host, or set tls.serverName: ${machine ?? names[0]}.`,
  };
}
