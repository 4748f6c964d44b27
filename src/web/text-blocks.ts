/** A long text of many short ones, in UTF-8, of which only what changed is written anew. */

export interface TextBlocks {
  /** Puts a text at its place. Places count from 0 and leave no gap. False when that text was there already. */
  put(place: number, text: string): boolean;
  /** All texts in the order of their places. A buffer that was given out is never changed. */
  buffers(): readonly Buffer[];
}

interface Block {
  readonly texts: string[];
  /** In bytes, of each text as it is now. */
  readonly sizes: number[];
  /** Where each text begins in `written`. */
  readonly starts: number[];
  /** As last given out. */
  written: Buffer | undefined;
  /** Places in the block whose text has changed since, each to one of the same size. */
  changed: number[];
  /** Whether a text has changed to one of another size, so that those behind it move. */
  isMoved: boolean;
}

/**
 * Most changes are of a time or a number, to a text of the same size. It is written into a copy of the block, which takes
 * much less than joining all texts of the block and encoding them.
 */
export function createTextBlocks(placesPerBlock: number): TextBlocks {
  const blocks: Block[] = [];
  let given: readonly Buffer[] | undefined;

  return {
    put(place, text) {
      const [number, within] = [Math.floor(place / placesPerBlock), place % placesPerBlock];
      const block = blocks[number] ?? emptyBlock();
      blocks[number] = block;
      if (block.texts[within] === text) return false;
      const size = Buffer.byteLength(text);
      if (block.sizes[within] === size) block.changed.push(within);
      else block.isMoved = true;
      block.texts[within] = text;
      block.sizes[within] = size;
      given = undefined;
      return true;
    },
    buffers() {
      given ??= blocks.map(written);
      return given;
    },
  };
}

const emptyBlock = (): Block => ({
  texts: [],
  sizes: [],
  starts: [],
  written: undefined,
  changed: [],
  isMoved: true,
});

function written(block: Block): Buffer {
  if (block.isMoved || block.written === undefined) block.written = joined(block);
  else if (block.changed.length > 0) block.written = patched(block, block.written);
  block.changed = [];
  block.isMoved = false;
  return block.written;
}

function joined({ texts, sizes, starts }: Block): Buffer {
  let start = 0;
  for (const [within, size] of sizes.entries()) {
    starts[within] = start;
    start += size;
  }
  return Buffer.from(texts.join(''));
}

function patched({ texts, starts, changed }: Block, before: Buffer): Buffer {
  const copy = Buffer.from(before);
  for (const within of changed) copy.write(texts[within]!, starts[within]!);
  return copy;
}
