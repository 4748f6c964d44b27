/** Why a service could not be asked, or did not do what it was asked, in words with what to do next. Pure. */
import { AskError } from './ask-error.ts';
import type { Answer, Trouble } from './line.ts';

/** What is in an answer. @throws AskError when it is not what was asked for */
export function answerOf<T>(answer: Answer, where: string, token: string | undefined): T {
  if (answer.kind === 'answer' && answer.status === 200 && answer.body !== undefined) return answer.body as T;
  const { code, message } = errorIn(answer);
  // The service understood, and says in plain words what is wrong with the question, or with its moment.
  if (answer.kind === 'answer' && code !== undefined && code !== 'not-found') {
    if (answer.status === 400 || (answer.status === 404 && code.startsWith('unknown-')))
      throw new AskError(message!, 2, code);
    if (answer.status === 404 || answer.status === 409) throw new AskError(message!, 1, code);
  }
  throw new AskError(`${where}: ${inWords(answer, token)}`, 1, code);
}

/** @param token the one that was sent; never shown */
export function inWords(trouble: Trouble, token: string | undefined): string {
  if (trouble.kind === 'silence') return silenceInWords(trouble.code);
  const { code, message } = errorIn(trouble);
  if (trouble.status === 401 && code !== undefined) {
    return token === undefined
      ? 'it asks for a login. Give one of the tokens of `web.auth` with LICENSE_SENTINEL_TOKEN or --token.'
      : 'it does not know this token. Give one of those of `web.auth` with LICENSE_SENTINEL_TOKEN or --token.';
  }
  if (code === 'forbidden') {
    return token === undefined
      ? '`auth: none` lets everybody look and nobody act. Set up a token with `role: act` in `web.auth`.'
      : 'this token may look, but not act. Give one with `role: act`.';
  }
  if (code === 'unknown-host') {
    return 'the service does not know itself by this name. Add the name to `web.hosts` of its configuration, or use its address.';
  }
  if (code !== undefined && code !== 'not-found') return `${message} (${code})`;
  return (
    `what answers there is no License Sentinel that this version can ask (HTTP ${trouble.status}). Check the address, ` +
    'with `web.basePath`, or name the right one with --url; a service of an earlier version has to be updated first.'
  );
}

function errorIn(answer: Answer): { readonly code?: string; readonly message?: string } {
  if (answer.kind !== 'answer' || typeof answer.body !== 'object' || answer.body === null) return {};
  const { error } = answer.body as { error?: { code?: unknown; message?: unknown } };
  return typeof error?.code === 'string' && typeof error.message === 'string'
    ? { code: error.code, message: error.message }
    : {};
}

function silenceInWords(code: string): string {
  if (code === 'ECONNREFUSED') {
    return (
      'nothing listens there. It may be just starting or stopping, its log says if the port was taken; ' +
      'or it was started with another address: name that with --url.'
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'there is no such name. Correct it in --url or `web.listen`.';
  if (/TIMEOUT|TIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(code)) {
    return `no answer in time (${code}). Check the address, and the firewalls on the way.`;
  }
  if (/CERT|SELF_SIGNED|ISSUER|UNABLE_TO/.test(code)) {
    return (
      `its certificate is not accepted (${code}). Name the file of its authority with --ca, and ask it by a name ` +
      'that stands in the certificate. A renewed certificate is served within a minute.'
    );
  }
  if (/^(?:ERR_SSL|EPROTO|HPE_|UND_ERR_SOCKET|ECONNRESET)/.test(code)) {
    return `the connection broke off (${code}). Check whether it speaks http or https.`;
  }
  return `it cannot be reached (${code}). Check the address.`;
}
