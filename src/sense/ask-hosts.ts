/** One question to the hosts of a site, in their order, until one answers or none could do better. */
import type { CertificateEnds, CheckFailureReason } from '../license/observation.ts';
import type { Logger } from '../platform/logger.ts';
import type { Certificates } from './certificate-checks.ts';
import type { HostConnection } from './host-connection.ts';
import type { Question } from './question.ts';
import type { FailedAnswer } from './site.ts';

/** After these the next host may do better. Any other answer would be the same everywhere, or must not be hidden. */
const WORTH_ANOTHER_HOST: ReadonlySet<CheckFailureReason> = new Set([
  'name-not-found',
  'refused',
  'reset',
  'timeout',
  'unreachable',
  'server-error',
  // By its sign it cannot be told from a reset.
  'client-certificate-refused',
  'client-certificate-missing',
]);

export const unknownEnds: CertificateEnds = { client: null, root: null, server: null };

export type Answered<Value> =
  | {
      readonly kind: 'answered';
      readonly value: Value;
      readonly host: string;
      readonly certificates: CertificateEnds;
    }
  | FailedAnswer;

export interface HostsToAsk {
  /** Of the site, for the log. */
  readonly site: string;
  readonly hosts: readonly string[];
  readonly certificates: Certificates;
  readonly logger: Logger;
  connectionTo(host: string): HostConnection;
}

export async function askHosts<Value>(
  { site, hosts, certificates: { clientEnd, rootEnd }, logger, connectionTo }: HostsToAsk,
  question: Question<Value>,
  stop: AbortSignal,
): Promise<Answered<Value>> {
  const given: string[] = [];
  let answer: Answered<Value> = failed('internal', 'The site has no host.');
  for (const host of hosts) {
    const connection = connectionTo(host);
    const result = await connection.ask(question, stop);
    const certificates = { client: clientEnd, root: rootEnd, server: connection.serverEnd() };
    if (result.kind === 'answered') return { ...result, host, certificates };
    const before = given.length > 0 ? ` Tried before: ${given.join(', ')}.` : '';
    answer = { ...result, detail: `${result.detail}${before}`, host, certificates };
    if (!WORTH_ANOTHER_HOST.has(result.reason) || stop.aborted) break;
    given.push(`${host} (${result.reason})`);
    logger.debug({ site, host, reason: result.reason }, `this host gave no ${question.words.what}`);
  }
  return answer;
}

export function failed(
  reason: CheckFailureReason,
  detail: string,
  certificates: CertificateEnds = unknownEnds,
): FailedAnswer {
  return { kind: 'failed', reason, detail, host: null, certificates };
}
