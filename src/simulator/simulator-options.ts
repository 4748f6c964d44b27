/** What a simulated site can be given at its start. */
import type { SecureVersion } from 'node:tls';
import type { Clock } from '../platform/clock.ts';
import type { CertificateAuthority, ValidDates } from './certificate-authority.ts';

export interface SimulatorOptions {
  readonly clock: Clock;
  /** Default: 127.0.0.1. */
  readonly listen?: string;
  /** Default of each port: 0, any free one. */
  readonly port?: number;
  readonly versionPort?: number;
  readonly proxyPort?: number;
  /** Names the root certificate. Default: sense.example.com. */
  readonly machine?: string;
  /** What the server certificate is for. Default: the machine, localhost and 127.0.0.1. */
  readonly names?: readonly string[];
  readonly serverDates?: ValidDates;
  readonly serverPurpose?: 'server' | 'client';
  /** The newest TLS version that the servers speak. */
  readonly maxVersion?: SecureVersion;
  /** Of the virtual proxy. Default: none. */
  readonly prefix?: string;
  /** The token that the virtual proxy accepts. Default: `simulated-jwt`. */
  readonly jwt?: string;
  /** To be the second node of another simulator's site: that one's authority. */
  readonly authority?: CertificateAuthority;
  /** At first. Default: none, `null`. */
  readonly license?: unknown;
}
