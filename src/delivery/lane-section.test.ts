import { expect, it } from 'vitest';
import { LaneSection } from './lane-section.ts';

it('announces a failing destination after an hour, unless told otherwise', () => {
  expect(LaneSection.parse({})).toEqual({ alertAfter: 3_600_000 });
  expect(LaneSection.parse({ alertAfter: '15 min' })).toEqual({ alertAfter: 900_000 });
  expect(LaneSection.safeParse({ alertafter: '15 min' }).success).toBe(false);
});
