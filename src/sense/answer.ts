/** An HTTP answer to a question, as what was asked for or as the reason why there is none. Pure. */
import type { Question } from './question.ts';
import type { Failure } from './tls-failure.ts';

export type HostResult<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | ({ readonly kind: 'failed' } & Failure);

/** Who answered, and how it was asked. */
export interface Asked {
  readonly host: string;
  readonly port: number;
  readonly viaProxy: boolean;
}

/** A license is a few kilobytes, a version less; more than this is something else. */
export const LARGEST_BODY_BYTES = 1_048_576;

/**
 * The result of a 200.
 *
 * The content type is only a hint for the sentence: what can be read as the answer counts, whatever it is called.
 */
export function resultOfBody<Value>(
  text: string,
  contentType: string,
  asked: Asked,
  question: Question<Value>,
): HostResult<Value> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failed('not-json', notJson(text, contentType, asked, question));
  }
  const value = question.read(json);
  if (value !== undefined) return { kind: 'answered', value };
  const { what, service, reasonOfOther } = question.words;
  return failed(
    reasonOfOther,
    `${atOf(asked)} answers with JSON that is not a ${what}. Is this the ${service} of Qlik Sense?`,
  );
}

export function tooLarge(asked: Asked, { words }: Question<unknown>): HostResult<never> {
  return failed(
    'too-large',
    `${atOf(asked)} answers with more than ${LARGEST_BODY_BYTES / 1024} KiB, which no ${words.what} has. Is this the ${words.service} of Qlik Sense?`,
  );
}

/** The result of any status but 200. Nothing of the body or the headers is told. */
export function resultOfStatus(
  status: number,
  asked: Asked,
  { words, path }: Question<unknown>,
): HostResult<never> {
  const at = atOf(asked);
  if (status >= 300 && status < 400) {
    return failed(
      'redirected',
      asked.viaProxy
        ? `${at} redirects (HTTP ${status}), probably to a login page. Check proxy.prefix, and that this virtual proxy accepts the JWT.`
        : `${at} redirects (HTTP ${status}). ${rightPort(words)}`,
    );
  }
  if (status >= 500 && status < 600) {
    return failed(
      'server-error',
      `${at} answers with HTTP ${status}. The service may be starting or stopping, or it has a problem of its own.`,
    );
  }
  switch (status) {
    case 400:
      return failed(
        'bad-request',
        asked.viaProxy
          ? `${at} refuses the request (HTTP 400). Is ${asked.host} on the host allow list of the virtual proxy, and are the headers left alone on the way?`
          : `${at} refuses the request (HTTP 400): its check of the Xrfkey failed. Does something between drop headers or the query?`,
      );
    case 401:
      return failed(
        'unauthorized',
        asked.viaProxy
          ? `${at} does not accept the JWT (HTTP 401). Has it ended, and do its key and claims fit the virtual proxy?`
          : `${at} does not let the user in (HTTP 401). Check the certificates and the user.`,
      );
    case 403:
      return failed('forbidden', `${at} denies the ${words.what} to this user (HTTP 403). ${words.right}`);
    case 404:
      return failed(
        'not-found',
        asked.viaProxy
          ? `${at} has no ${words.service.replace(/ service$/, '')} there (HTTP 404). Check proxy.prefix.`
          : `${at} does not know ${path} (HTTP 404). Is this the port of the ${words.service}?`,
      );
    default:
      return failed(
        'unexpected-status',
        `${at} answers with HTTP ${status}, which the ${words.service} never does.`,
      );
  }
}

function notJson(text: string, contentType: string, asked: Asked, { words }: Question<unknown>): string {
  const at = atOf(asked);
  if (/html/i.test(contentType) || /^\uFEFF?\s*</.test(text)) {
    return asked.viaProxy
      ? `${at} answers with a web page, probably the login page of the proxy. Is proxy.prefix right, and does this virtual proxy accept the JWT?`
      : `${at} answers with a web page. ${rightPort(words)}`;
  }
  if (text.trim() === '') return `${at} answers with an empty body.`;
  return `${at} answers with something that is not JSON, or with only a part of it.`;
}

function rightPort({ service, usualPort }: Question<unknown>['words']): string {
  return `Is this the port of the ${service.replace(/ service$/, '')} (${usualPort}), and not of the proxy?`;
}

function failed(reason: Failure['reason'], detail: string): HostResult<never> {
  return { kind: 'failed', reason, detail };
}

function atOf({ host, port }: Asked): string {
  return `${host}:${port}`;
}
