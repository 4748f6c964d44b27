/** The connection to one HTTP server. */
import { readFile } from 'node:fs/promises';
import { shortageBehind, shortageWords } from '../platform/shortage.ts';
import { Agent } from '../platform/undici.ts';
import type { TlsFiles } from './http-settings.ts';

/** A certificate file that cannot be read; `message` says which and why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  readonly code = 'TLS_FILE_UNREADABLE';
}

/**
 * One connection that is kept alive, with certificates read from their files now.
 *
 * @throws UnreadableFile
 */
export async function openHttpAgent({ ca, verify, clientCertificate }: TlsFiles): Promise<Agent> {
  const read = async (path: string | undefined) => {
    if (path === undefined) return undefined;
    try {
      return await readFile(path);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const shortage = shortageBehind(cause);
      const why = shortage === undefined ? code : shortageWords[shortage];
      throw new UnreadableFile(`cannot read the certificate file ${path} (${why})`, { cause });
    }
  };
  const [authorities, cert, key] = await Promise.all(
    [ca, clientCertificate?.cert, clientCertificate?.key].map(read),
  );
  return new Agent({
    connections: 1,
    // The caller's signal is the deadline. These two would cut a longer one short.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: {
      rejectUnauthorized: verify,
      ...(authorities && { ca: authorities }),
      ...(cert && { cert }),
      ...(key && { key }),
    },
  });
}
