/** Whether a connection or a file could not be opened because this process or machine has run out of something. */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

export const shortageCodes = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'] as const;
export type ShortageCode = (typeof shortageCodes)[number];

/** What to tell and what to do, without the full stop. Pure. */
export const shortageWords: Readonly<Record<ShortageCode, string>> = {
  EMFILE:
    'this service has as many files and connections open as it may (EMFILE); raise its limit of open files, such as LimitNOFILE of systemd or ulimit -n',
  ENFILE: 'this machine has as many files open as it can (ENFILE); see which program holds them',
  ENOBUFS: 'this machine has no memory left for a further connection (ENOBUFS)',
  ENOMEM: 'this machine has no memory left (ENOMEM)',
};

/**
 * The shortage behind an error, be it wrapped; undefined for any other error. A name that cannot be looked up may be one:
 * the look-up takes files, and does not say so. Then it is tried whether a file can be opened.
 */
export function shortageBehind(error: unknown, depth = 0): ShortageCode | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const known = shortageCodes.find((each) => each === code);
  if (known !== undefined) return known;
  if (syscall === 'getaddrinfo') return shortageOfFiles();
  const inner = error instanceof AggregateError ? (error.errors.at(-1) as unknown) : error.cause;
  return shortageBehind(inner, depth + 1);
}

/** Whether no file can be opened at this moment, and why. */
export function shortageOfFiles(): ShortageCode | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return shortageCodes.find((each) => each === code);
  }
}
