/** The `lane` section of the configuration file: what holds for the lane of every destination. */
import * as z from 'zod';
import { Duration } from '../platform/duration.ts';

export const LaneSection = z.strictObject({
  alertAfter: Duration.default(3_600_000).describe(
    'A destination that fails for longer is announced on the other destinations.',
  ),
});
export type LaneSection = z.output<typeof LaneSection>;
