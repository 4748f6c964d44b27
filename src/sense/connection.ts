/** A Qlik Sense site: its certificates, its hosts in their order, and one look at its license or version over them. */
import type { Clock } from '../platform/clock.ts';
import { linkedAbort } from '../platform/linked-abort.ts';
import type { Logger } from '../platform/logger.ts';
import { withoutSecrets } from '../platform/secret.ts';
import { askHosts, failed } from './ask-hosts.ts';
import { type CertificateFailure, datesProblem } from './certificate-checks.ts';
import { openCertificates } from './certificates.ts';
import { fetchVersion } from './fetch-version.ts';
import { beginGeneration, codeOf, type Generation } from './generation.ts';
import type { SenseSiteConfig } from './host-connection.ts';
import { licenseQuestion } from './question.ts';
import type { FailedAnswer, SenseSite } from './site.ts';

export interface SenseTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A fresh Xrfkey: 16 characters of 0-9, a-z, A-Z. */
  readonly newKey: () => string;
}

/** Connects to nothing yet. */
export function openSenseSite(config: SenseSiteConfig, tools: SenseTools): SenseSite {
  const source = openCertificates(config.certificates, config.proxy === undefined);
  let generation: Generation | undefined;
  const closing = new AbortController();

  if (!config.tls.sha256) {
    const danger = 'anybody on the way can pretend to be it; prefer tls.sha256';
    if (!config.tls.verify) {
      tools.logger.warn(
        { site: config.name },
        `the server certificate of this site is not checked (tls.verify: false): ${danger}`,
      );
    } else if (config.version.enabled && config.version.verify === false) {
      tools.logger.warn(
        { site: config.name },
        `the certificate of the About service of this site is not checked (version.verify: false): ${danger}`,
      );
    }
  }

  const asking = { site: config.name, logger: tools.logger };
  return {
    fetchLicense: (signal) =>
      look(signal, async (current, stop) => {
        const { hosts } = config;
        const { certificates, connectionTo } = current;
        const answer = await askHosts(
          { ...asking, hosts, certificates, connectionTo },
          licenseQuestion,
          stop,
        );
        if (answer.kind === 'failed') return answer;
        const { value, ...rest } = answer;
        return { ...rest, kind: 'license', reply: value.reply };
      }),
    fetchVersion: (signal) => look(signal, (current, stop) => fetchVersion(config, current, asking, stop)),
    async close() {
      closing.abort();
      await Promise.all((generation?.all() ?? []).map((connection) => connection.destroy()));
    },
  };

  /** Never rejects, and hardly takes longer than until the signal. */
  async function look<Answer>(
    signal: AbortSignal,
    ask: (current: Generation, stop: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | FailedAnswer> {
    const stop = linkedAbort(signal, closing.signal);
    try {
      return await orStopped(withCertificates(ask, stop.signal), stop.signal);
    } catch (error) {
      tools.logger.error({ site: config.name, error: described(error) }, 'asking the site failed by a bug');
      return failed(
        'internal',
        `An unexpected error while asking the site (${codeOf(error)}); the log has more. Please report it.`,
      );
    } finally {
      stop.release();
    }
  }

  async function withCertificates<Answer>(
    ask: (current: Generation, stop: AbortSignal) => Promise<Answer>,
    stop: AbortSignal,
  ): Promise<Answer | FailedAnswer> {
    const read = await source.current();
    const now = tools.clock.now().getTime();
    const problem = read.kind === 'failed' ? read : datesProblem(read.certificates, now);
    if (problem) return certificateProblem(problem);
    if (stop.aborted) return stopped();
    if (read.kind === 'usable' && generation?.certificates !== read.certificates) {
      const begun = beginGeneration(read.certificates, config, tools);
      if (begun.kind === 'failed') return certificateProblem(begun);
      retire();
      generation = begun;
    }
    return ask(generation!, stop);
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

function certificateProblem({ reason, detail, clientEnd, rootEnd }: CertificateFailure): FailedAnswer {
  return failed(reason, detail, { client: clientEnd, root: rootEnd, server: null });
}

function stopped(): FailedAnswer {
  return failed('timeout', 'The check was stopped before a host had been asked.');
}

/** The work, but hardly longer than until the signal: a file on a dead network drive never answers. */
function orStopped<Answer>(work: Promise<Answer>, signal: AbortSignal): Promise<Answer | FailedAnswer> {
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
