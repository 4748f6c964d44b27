/**
 * The product version of a site. The About service tells it; its port is often closed to other machines, and then the
 * repository service tells at least its own build, which shows that something was upgraded.
 */
import { type Answered, askHosts, type HostsToAsk } from './ask-hosts.ts';
import type { Generation } from './generation.ts';
import type { HostConnection, SenseSiteConfig } from './host-connection.ts';
import { aboutQuestion, type Question, systemInfoQuestion, systemInfoViaProxyQuestion } from './question.ts';
import type { VersionAnswer } from './site.ts';

type Asking = Pick<HostsToAsk, 'site' | 'logger'>;

/**
 * Connections are opened for this alone and closed again: a version is asked for once a day, and a hanging answer must not
 * hold up the license.
 */
export async function fetchVersion(
  config: SenseSiteConfig,
  generation: Generation,
  asking: Asking,
  stop: AbortSignal,
): Promise<VersionAnswer> {
  const { version, tls, proxy } = config;
  const about = await ask(proxy ? systemInfoViaProxyQuestion : systemInfoQuestion, {
    hosts: version.host === undefined ? config.hosts : [version.host],
    service: { port: config.versionPort, tls: { ...tls, verify: version.verify ?? tls.verify } },
  });
  if (about.kind === 'answered') {
    return { kind: 'version', version: about.value, host: about.host, missed: null };
  }
  if (stop.aborted) return about;

  const repository = await ask(aboutQuestion, { hosts: config.hosts, service: { port: config.port, tls } });
  if (repository.kind === 'answered') {
    const missed = { reason: about.reason, detail: about.detail };
    return { kind: 'version', version: repository.value, host: repository.host, missed };
  }
  return about;

  async function ask<Value>(
    question: Question<Value>,
    to: { hosts: readonly string[]; service: { port: number; tls: SenseSiteConfig['tls'] } },
  ): Promise<Answered<Value>> {
    const opened: HostConnection[] = [];
    const connectionTo = (host: string) => {
      const connection = generation.connectOnce(host, to.service);
      opened.push(connection);
      return connection;
    };
    try {
      const { certificates } = generation;
      return await askHosts({ ...asking, hosts: to.hosts, certificates, connectionTo }, question, stop);
    } finally {
      await Promise.all(opened.map((connection) => connection.destroy()));
    }
  }
}
