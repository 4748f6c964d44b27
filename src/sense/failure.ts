/**
 * An error of the connection as a reason and a sentence for people. Pure.
 *
 * The sentences name hosts, ports, certificate names and dates; nothing that was sent or received besides.
 */
import { type ShortageCode, shortageWords } from '../platform/shortage.ts';
import { PinMismatchError } from './server-trust.ts';
import {
  type Attempt,
  certificateRefused,
  certificateWanted,
  type Failure,
  pinMismatch,
  tlsFailure,
} from './tls-failure.ts';

export function failureOf(error: unknown, attempt: Attempt): Failure {
  const { host, port, timeoutMs } = attempt;
  const at = `${host}:${port}`;
  if (attempt.isStopped)
    return { reason: 'timeout', detail: `The check was stopped before ${at} had answered.` };
  if (attempt.isLate) return timeout(at, timeoutMs, attempt.isConnected);
  if (attempt.shortage !== undefined) return shortageFailure(attempt.shortage, at);
  if (error instanceof PinMismatchError) return pinMismatch(error, at);

  const code = codeOf(error);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return {
        reason: 'name-not-found',
        detail: `The name ${host} cannot be resolved (${code}). Check its spelling and the DNS of this machine.`,
      };
    case 'ECONNREFUSED':
      return {
        reason: 'refused',
        detail: `Nothing listens on ${at}. Is the ${attempt.viaProxy ? 'proxy service' : attempt.service} running, and is the port right?`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EPERM':
      return {
        reason: 'unreachable',
        detail: `There is no way to ${at} (${code}). Check the network and the firewalls between.`,
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return timeout(at, timeoutMs, attempt.isConnected);
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return closed(attempt, at);
    default:
      return tlsFailure(code, error, attempt) ?? protocolFailure(code, at);
  }
}

function shortageFailure(shortage: ShortageCode, at: string): Failure {
  return { reason: 'out-of-resources', detail: `${at} cannot be asked: ${shortageWords[shortage]}.` };
}

function timeout(at: string, timeoutMs: number, isConnected: boolean): Failure {
  return {
    reason: 'timeout',
    detail: isConnected
      ? `${at} accepted the connection but did not answer in full within ${timeoutMs} ms.`
      : `${at} did not accept a connection within ${timeoutMs} ms. Is a firewall between, or the machine down?`,
  };
}

/**
 * A server that minds the client certificate often only closes the connection, with TLS 1.3 after the handshake. It is
 * taken for that as long as this host has not answered once; afterwards the same sign means a restart or the network.
 */
function closed(attempt: Attempt, at: string): Failure {
  if (!attempt.hasGreeted || attempt.hasAnswered) {
    return {
      reason: 'reset',
      detail: `${at} closed the connection before the answer was complete. The service may be restarting, or something between cuts connections.`,
    };
  }
  return attempt.viaProxy ? certificateWanted(at) : certificateRefused(at);
}

function protocolFailure(code: string, at: string): Failure {
  if (/^HPE_|^UND_ERR_HEADERS_OVERFLOW$/.test(code)) {
    return {
      reason: 'unexpected-status',
      detail: `What ${at} answers is not HTTP (${code}). Is the port right?`,
    };
  }
  return {
    reason: 'internal',
    detail: `An unexpected error while asking ${at} (${code}). Please report it.`,
  };
}

/** The code of an error, looked for in what it wraps too; never its message, which may hold anything. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && /^[\w/]{1,80}$/.test(error.code)) {
    const inner = error.code === 'UND_ERR_SOCKET' ? codeOf(error.cause, depth + 1) : 'unknown';
    return inner === 'unknown' ? error.code : inner;
  }
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1), depth + 1);
  return codeOf(error.cause, depth + 1);
}
