/** The body of an HTTP answer, read no further than it deserves. */
import type { Dispatcher } from 'undici';
import { LARGEST_BODY_BYTES } from './answer.ts';

const decoder = new TextDecoder();

type Body = Dispatcher.ResponseData['body'];

/** Gives up the connection rather than read on: the body may never end. */
export function discard(body: Body): void {
  body.on('error', () => {});
  body.destroy();
}

/** The body as text; undefined when it is too large, and then the rest is not read. */
export async function readText(body: Body): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  body.on('error', () => {});
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const [only] = chunks;
  return decoder.decode(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
}
