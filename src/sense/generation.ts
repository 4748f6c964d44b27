/** The connections of a site made with one set of certificates, opened as they are needed. */
import type { SecureContext } from 'node:tls';
import type { Clock } from '../platform/clock.ts';
import type { CertificateFailure, Certificates } from './certificate-checks.ts';
import { type HostConnection, openHostConnection, type SenseSiteConfig } from './host-connection.ts';
import { secureContextFor } from './server-trust.ts';

export interface Generation {
  readonly kind: 'begun';
  readonly certificates: Certificates;
  /** The connection to the repository service of a host, or to the proxy there; the same at each call. */
  connectionTo(host: string): HostConnection;
  /** A connection to any service, for a question now and then. The caller closes it. */
  connectOnce(host: string, service: { port: number; tls: SenseSiteConfig['tls'] }): HostConnection;
  /** Those that are kept. */
  all(): readonly HostConnection[];
}

/** What can be parsed is parsed once for all connections. */
export function beginGeneration(
  certificates: Certificates,
  config: SenseSiteConfig,
  tools: { readonly clock: Clock; readonly newKey: () => string },
): Generation | CertificateFailure {
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
  const parts = { ...tools, config, secureContext, rootEnd: certificates.rootEnd };
  const { port, tls } = config;
  return {
    kind: 'begun',
    certificates,
    connectionTo(host) {
      const connection = connections.get(host) ?? openHostConnection({ ...parts, host, port, tls });
      connections.set(host, connection);
      return connection;
    },
    connectOnce: (host, service) => openHostConnection({ ...parts, host, ...service }),
    all: () => [...connections.values()],
  };
}

/** The code of an error, never its message, which may hold anything. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
