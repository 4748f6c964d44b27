/** Loads files that exist only in a test; whatever they refer to is a secret. */
import fc from 'fast-check';
import type { Config } from '../../src/config/config.ts';
import { ConfigError, type ConfigProblem } from '../../src/config/config-error.ts';
import { type LoadTools, loadConfig } from '../../src/config/load-config.ts';

/** Stands behind every reference. */
export const secretBehind = 'Planted-Secret-4711';

/** How a text is written to a file; mostly right. */
export const bytesOf: fc.Arbitrary<(text: string) => Uint8Array> = fc.oneof(
  { weight: 20, arbitrary: fc.constant((text: string) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.constant((text: string) => Buffer.from(`\ufeff${text}`)) },
  { weight: 1, arbitrary: fc.constant((text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')) },
  { weight: 1, arbitrary: fc.constant((text: string) => Buffer.from(text, 'latin1')) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(0xff), fc.nat(0xffff)).map(([byte, at]) => (text: string) => {
      const bytes = Buffer.from(text);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    }),
  },
);

export function toolsFor(path: string, bytes: Uint8Array): LoadTools {
  const missing = new Set(['', 'LICENSE_SENTINEL_LOG_LEVEL']);
  return {
    env: new Proxy({}, { get: (_, name) => (missing.has(String(name)) ? undefined : secretBehind) }),
    readFile: async (name) => (name === path ? bytes : Buffer.from(`${secretBehind}\n`)),
  };
}

/** @throws everything that is not a ConfigError */
export async function loadOrProblems(
  path: string,
  bytes: Uint8Array,
): Promise<
  { readonly config: Config } | { readonly message: string; readonly problems: readonly ConfigProblem[] }
> {
  try {
    return { config: await loadConfig(path, toolsFor(path, bytes)) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { message: error.message, problems: error.problems };
  }
}
