import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTextBlocks } from './text-blocks.ts';

const joined = (buffers: readonly Buffer[]) => Buffer.concat(buffers).toString();

it('is the same as all texts one after the other, whatever is put where and however often it is asked for', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.constantFrom('ab', 'cd', 'é', ''));
  const change = fc.record({ place: fc.nat(9), text, isAsked: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(change, { maxLength: 60 }), (size, changes) => {
      const blocks = createTextBlocks(size);
      const texts: string[] = [];
      for (const { place, text: put, isAsked } of changes) {
        const at = Math.min(place, texts.length);
        expect(blocks.put(at, put)).toBe(texts[at] !== put);
        texts[at] = put;
        if (isAsked) expect(joined(blocks.buffers())).toBe(texts.join(''));
      }
      expect(joined(blocks.buffers())).toBe(texts.join(''));
    }),
  );
});

it('never changes what it gave out, and gives the same blocks again as long as nothing in them changed', () => {
  const blocks = createTextBlocks(2);
  for (const [place, text] of ['a1 ', 'b1 ', 'c1 ', 'd1 '].entries()) blocks.put(place, text);
  const [first, second] = blocks.buffers();
  blocks.put(1, 'b2 ');
  const [changed, unchanged] = blocks.buffers();
  expect([first, changed].map(String)).toEqual(['a1 b1 ', 'a1 b2 ']);
  expect(unchanged).toBe(second);
});
