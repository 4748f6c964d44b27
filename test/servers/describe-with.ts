/**
 * Suites that need a real server. They run when its binary is on this machine; else they are skipped under a name that
 * `npm test` finds again and reports at the end. With LICENSE_SENTINEL_REQUIRE_SERVERS=1 (as in CI) a missing
 * binary is a failure.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** The Debian package that brings each binary. */
export const packageOf = {
  influxd: 'influxdb',
  'victoria-metrics': 'victoria-metrics',
  mosquitto: 'mosquitto',
  openssl: 'openssl',
  nginx: 'nginx-light',
  strace: 'strace',
  chromium: 'chromium',
  faketime: 'faketime',
  promtool: 'prometheus',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
} as const;
export type ServerBinary = keyof typeof packageOf;

/** Daemons live in `sbin`, which is not on every user's PATH. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The full path of a binary; undefined when this machine does not have it. */
export function pathOf(binary: ServerBinary): string | undefined {
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

/** `describe`, for a suite that needs these binaries. */
export function describeWith(binaries: readonly ServerBinary[], name: string, body: () => void): void {
  const missing = binaries.filter((binary) => pathOf(binary) === undefined);
  if (missing.length === 0) {
    describe(name, body);
  } else if (process.env['LICENSE_SENTINEL_REQUIRE_SERVERS'] === '1') {
    it(`${name} [needs ${missing.join(', ')}]`, () => {
      throw new Error(`${missing.join(', ')} not found; run: npm run test:servers`);
    });
  } else {
    describe.skip(`${name} [needs ${missing.join(', ')}]`, body);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
