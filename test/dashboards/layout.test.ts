/** Where panels go. */
import { expect, it } from 'vitest';
import { positionsOf } from '../../dashboards/source/layout.ts';

it('puts each panel as far up as it fits, then as far left', () => {
  const sizes = [
    { w: 8, h: 10 },
    { w: 16, h: 5 },
    { w: 16, h: 5 },
    { w: 24, h: 3 },
    { w: 12, h: 5 },
    { w: 12, h: 8 },
    { w: 12, h: 2 },
    { w: 24, h: 1 },
  ];
  expect(positionsOf(sizes).map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [8, 0],
    [8, 5],
    [0, 10],
    [0, 13],
    [12, 13],
    [0, 18],
    [0, 21],
  ]);
});
