/** Many lines as UTF-8, of which only the neighbourhood of a changed line is put together anew. */

export interface LineBlocks {
  /** A text of any number of lines, at its place. Places count from 0 and leave no gap. */
  put(place: number, text: string): void;
  /** All of them in the order of their places. A buffer that was given out is never changed. */
  buffers(): readonly Buffer[];
}

/** Joining them takes microseconds, and a text of thousands of lines does not fall into too many pieces. */
const PLACES_PER_BLOCK = 256;

export function createLineBlocks(): LineBlocks {
  const texts: string[] = [];
  /** Undefined where a text has changed. */
  const blocks: (Buffer | undefined)[] = [];

  const blockAt = (number: number): Buffer =>
    (blocks[number] ??= Buffer.from(
      texts.slice(number * PLACES_PER_BLOCK, (number + 1) * PLACES_PER_BLOCK).join(''),
    ));

  return {
    put(place, text) {
      texts[place] = text;
      blocks[Math.floor(place / PLACES_PER_BLOCK)] = undefined;
    },
    buffers: () => Array.from(blocks, (_, number) => blockAt(number)),
  };
}
