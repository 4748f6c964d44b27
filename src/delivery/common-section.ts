/** The settings that every destination has. Dispatcher, routing and registry read them; the destination does not. */
import * as z from 'zod';
import { severities } from '../alert/notice.ts';
import { Duration } from '../platform/duration.ts';

/** Spread into the `z.strictObject` of each destination's section. */
export const commonSettings = {
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'use letters, digits, dots, dashes and underscores, at most 64',
    )
    .describe('Your name for it, in logs, alerts and commands.'),
  sendRecurring: z.boolean().default(true).describe('Send the status of every check.'),
  sendAlert: z.boolean().default(true).describe('Send alerts.'),
  minimumSeverity: z
    .enum(severities)
    .default('info')
    .describe('Alerts below this severity are not sent to this destination.'),
  timeout: Duration.default(10_000).describe('How long one attempt may take.'),
  giveUpAfter: Duration.default(7 * 86_400_000).describe(
    'How long a message is tried before it becomes a dead letter.',
  ),
  rateLimit: Duration.optional().describe('Least time between two attempts. Default: no limit.'),
  repeatsAtMostEvery: Duration.optional().describe(
    'A status that says the same, or a reminder of the same kind, is dropped when the last one for the site was delivered less than this long ago; a tenth less (at most 10 min) is tolerated, as checks do not come to the second. Default: every one is sent.',
  ),
};

export interface CommonSettings {
  readonly name: string;
  readonly kind: string;
  readonly sendRecurring: boolean;
  readonly sendAlert: boolean;
  readonly minimumSeverity: (typeof severities)[number];
  /** Milliseconds, as are all that follow. */
  readonly timeout: number;
  readonly giveUpAfter: number;
  readonly rateLimit?: number | undefined;
  readonly repeatsAtMostEvery?: number | undefined;
}
