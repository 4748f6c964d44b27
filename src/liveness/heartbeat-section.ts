/** The `heartbeat` section of the configuration file. */
import * as z from 'zod';
import { HttpUrl, httpSettings } from '../delivery/http-settings.ts';
import { Duration } from '../platform/duration.ts';

const SHORTEST_MS = 1_000;
const LONGEST_MS = 31 * 86_400_000;

export const HeartbeatSection = z.strictObject({
  url: HttpUrl.describe(
    'Called as long as all is well: the ping address of Healthchecks and the like. Only scheme, host and port of it are ever shown.',
  ),
  every: Duration.refine((ms) => ms >= SHORTEST_MS && ms <= LONGEST_MS, {
    error: 'must be from 1 s to 31 days',
  })
    .default(300_000)
    .describe('How often. The watchdog should wait for two of them.'),
  method: z
    .enum(['POST', 'GET'])
    .default('POST')
    .describe('POST brings a line of text that says how things are.'),
  onTrouble: z
    .enum(['fail', 'silence'])
    .default('fail')
    .describe(
      'fail calls the address with /fail at its end; silence calls nothing, for watchdogs that only miss calls.',
    ),
  timeout: Duration.default(10_000).describe('How long one call may take.'),
  ...httpSettings,
});
export type HeartbeatSection = z.output<typeof HeartbeatSection>;
