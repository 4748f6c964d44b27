/** A Qlik Sense site: its certificates, its hosts in their order, and one look at its license over them. */
import type { SecureContext } from 'node:tls';
import type { CertificateEnds, CheckFailureReason } from '../license/observation.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { withoutSecrets } from '../platform/secret.ts';
import type { HostResult } from './answer.ts';
import { type CertificateFailure, type Certificates, datesProblem } from './certificate-checks.ts';
import { openCertificates } from './certificates.ts';
import { type HostConnection, openHostConnection, type SenseSiteConfig } from './host-connection.ts';
import { secureContextFor } from './server-trust.ts';
import type { SenseSite, SiteAnswer } from './site.ts';

export interface SenseTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A fresh Xrfkey: 16 characters of 0-9, a-z, A-Z. */
  readonly newKey: () => string;
}

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

const UNKNOWN_ENDS: CertificateEnds = { client: null, root: null, server: null };

/** The connections made with one set of certificates. */
interface Generation {
  readonly certificates: Certificates;
  connectionTo(host: string): HostConnection;
  all(): readonly HostConnection[];
}

/** Connects to nothing yet. */
export function openSenseSite(config: SenseSiteConfig, tools: SenseTools): SenseSite {
  const source = openCertificates(config.certificates, config.proxy === undefined);
  let generation: Generation | undefined;
  const closing = new AbortController();

  if (!config.tls.verify && !config.tls.sha256) {
    tools.logger.warn(
      { site: config.name },
      'the server certificate of this site is not checked (tls.verify: false): anybody on the way can pretend to be it; prefer tls.sha256',
    );
  }

  return {
    async fetchLicense(signal) {
      const stop = AbortSignal.any([signal, closing.signal]);
      try {
        return await orStopped(look(stop), stop);
      } catch (error) {
        tools.logger.error({ site: config.name, error: described(error) }, 'asking the site failed by a bug');
        return failed(
          'internal',
          `An unexpected error while asking the site (${codeOf(error)}); the log has more. Please report it.`,
        );
      }
    },
    async close() {
      closing.abort();
      await Promise.all((generation?.all() ?? []).map((connection) => connection.destroy()));
    },
  };

  async function look(stop: AbortSignal): Promise<SiteAnswer> {
    const read = await source.current();
    const now = tools.clock.now().getTime();
    const problem = read.kind === 'failed' ? read : datesProblem(read.certificates, now);
    if (problem) return certificateProblem(problem);
    if (stop.aborted) return stopped();
    if (read.kind === 'usable' && generation?.certificates !== read.certificates) {
      const begun = begin(read.certificates);
      if (begun.kind === 'failed') return certificateProblem(begun);
      retire();
      generation = begun;
    }
    return askHosts(generation!, stop);
  }

  async function askHosts(current: Generation, stop: AbortSignal): Promise<SiteAnswer> {
    const { clientEnd, rootEnd } = current.certificates;
    const given: string[] = [];
    let answer = failed('internal', 'The site has no host.');
    for (const host of config.hosts) {
      const connection = current.connectionTo(host);
      const result = await connection.askLicense(stop);
      const certificates = { client: clientEnd, root: rootEnd, server: connection.serverEnd() };
      answer = answerOf(result, host, certificates, given);
      if (result.kind === 'license' || !WORTH_ANOTHER_HOST.has(result.reason) || stop.aborted) break;
      given.push(`${host} (${result.reason})`);
      tools.logger.debug({ site: config.name, host, reason: result.reason }, 'this host gave no license');
    }
    return answer;
  }

  /** The connections are opened as they are needed; what can be parsed is parsed once for all of them. */
  function begin(certificates: Certificates): (Generation & { readonly kind: 'begun' }) | CertificateFailure {
    let secureContext: SecureContext;
    try {
      secureContext = secureContextFor(certificates, config.tls);
    } catch (error) {
      return {
        kind: 'failed',
        reason: 'client-certificate-unusable',
        detail: `OpenSSL does not accept the certificates or the key (${codeOf(error)}). Export them again from the QMC, with format PEM and "include secret key".`,
        clientEnd: certificates.clientEnd,
        rootEnd: certificates.rootEnd,
      };
    }
    const connections = new Map<string, HostConnection>();
    const { rootEnd } = certificates;
    return {
      kind: 'begun',
      certificates,
      connectionTo(host) {
        const connection =
          connections.get(host) ?? openHostConnection({ ...tools, config, host, secureContext, rootEnd });
        connections.set(host, connection);
        return connection;
      },
      all: () => [...connections.values()],
    };
  }

  function retire(): void {
    for (const connection of generation?.all() ?? []) {
      connection.close().catch((error: unknown) => {
        tools.logger.debug(
          { site: config.name, code: codeOf(error) },
          'an old connection did not close cleanly',
        );
      });
    }
  }

  function described(error: unknown): string {
    const passphrase = typeof config.certificates === 'object' ? config.certificates.passphrase : undefined;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return withoutSecrets(text, [config.proxy?.jwt, passphrase]);
  }
}

function answerOf(
  result: HostResult,
  host: string,
  certificates: CertificateEnds,
  given: readonly string[],
): SiteAnswer {
  if (result.kind === 'license') return { ...result, host, certificates };
  const before = given.length > 0 ? ` Tried before: ${given.join(', ')}.` : '';
  return { ...result, detail: `${result.detail}${before}`, host, certificates };
}

function certificateProblem({ reason, detail, clientEnd, rootEnd }: CertificateFailure): SiteAnswer {
  return failed(reason, detail, { client: clientEnd, root: rootEnd, server: null });
}

function failed(reason: CheckFailureReason, detail: string, certificates = UNKNOWN_ENDS): SiteAnswer {
  return { kind: 'failed', reason, detail, host: null, certificates };
}

function stopped(): SiteAnswer {
  return failed('timeout', 'The check was stopped before a host had been asked.');
}

/** The work, but hardly longer than until the signal: a file on a dead network drive never answers. */
function orStopped(work: Promise<SiteAnswer>, signal: AbortSignal): Promise<SiteAnswer> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = () => {
      timer = setTimeout(() => resolve(stopped()), GRACE_MS);
    };
    const settle = () => {
      signal.removeEventListener('abort', giveUp);
      clearTimeout(timer);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    work.finally(settle).then(resolve, reject);
  });
}

/** Time for what was stopped to say where it was. */
const GRACE_MS = 250;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
