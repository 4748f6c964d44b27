/** The certificate of the page: read from its files, and again when they change, so that a renewed one needs no restart. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { WebSection } from './web-section.ts';

/** PEM. */
export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

type Files = NonNullable<WebSection['tls']>;

/** Reading them costs less than watching them would be worth: watchers lose files that are replaced by way of links. */
const LOOK_EVERY_MS = 60_000;

/** @throws when one cannot be read, or they do not belong together */
export async function readKeyPair({ cert, key }: Files): Promise<KeyPair> {
  const pair = { cert: await readFile(cert), key: await readFile(key) };
  createSecureContext(pair);
  return pair;
}

/** Looks every minute until the signal aborts. What cannot be used is said once, and the certificate before it stays. */
export async function followKeyPair(
  files: Files,
  first: KeyPair,
  {
    clock,
    logger,
    signal,
    renew,
  }: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly signal: AbortSignal;
    renew(pair: KeyPair): void;
  },
): Promise<void> {
  let current = first;
  // Two files are not replaced in the same moment, so a trouble that is over at the next look is none.
  let troubles = 0;
  while (!signal.aborted) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    try {
      const next = await readKeyPair(files);
      troubles = 0;
      if (next.cert.equals(current.cert) && next.key.equals(current.key)) continue;
      renew(next);
      current = next;
      logger.info(
        { cert: files.cert, validTo: new X509Certificate(next.cert).validToDate.toISOString() },
        'the page is served with the renewed certificate',
      );
    } catch (error) {
      troubles += 1;
      if (troubles === 2) logger.warn({ err: error, ...files }, UNUSABLE);
    }
  }
}

const UNUSABLE =
  'the files of web.tls cannot be used as they are now, so the page keeps its old certificate; put them right, they are ' +
  'read again every minute';
