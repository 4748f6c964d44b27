/** The `alerts` section of the configuration file: when to speak, and how urgently. */
import * as z from 'zod';
import { Duration } from '../platform/duration.ts';
import { severities } from './notice.ts';

const rung = z.int().min(0).max(3650);

const ThresholdDays = z
  .union([rung.transform((days) => [days]), z.array(rung).min(1).max(50)])
  .transform((days) => [...new Set(days)].sort((a, b) => b - a));

export const AlertPolicy = z.strictObject({
  thresholdDays: ThresholdDays.default([90, 60, 30, 14, 7, 3, 1, 0]).describe(
    'The ladder: days left at which to speak, each rung once. A single number is accepted too.',
  ),
  remind: z
    .union([z.enum(['never', 'daily', 'every-check']), Duration])
    .default('daily')
    .describe('How often to repeat an alert: never, daily, every-check, or a duration such as 12 h.'),
  remindFromDays: z
    .int()
    .min(0)
    .max(3650)
    .default(7)
    .describe('Reminders begin when this many days are left, and go on after expiry.'),
  criticalFromDays: z
    .int()
    .min(0)
    .max(3650)
    .default(7)
    .describe('An alert is critical when this many days or fewer are left, else a warning.'),
  severityByRung: z
    .partialRecord(z.string().regex(/^\d{1,4}$/, 'a number of days, as in thresholdDays'), z.enum(severities))
    .default({})
    .describe('Severity of single rungs, where it should differ: { "30": critical }.'),
  visibility: z
    .strictObject({
      failures: z
        .int()
        .min(1)
        .max(1000)
        .default(3)
        .describe('Failed checks in a row before a site counts as unreachable.'),
      after: Duration.default(3_600_000).describe(
        'How long it must have failed before it counts as unreachable.',
      ),
    })
    .prefault({})
    .describe('When a site that cannot be read becomes an alert.'),
  certificateDays: z
    .int()
    .min(0)
    .max(3650)
    .default(30)
    .describe('Warn when the client certificate ends within this many days.'),
  definitionStaleAfterDays: z
    .int()
    .min(1)
    .max(3650)
    .nullable()
    .default(3)
    .describe(
      'Remark when the server has not refreshed its license definition for this many days; null turns it off (offline sites).',
    ),
});
export type AlertPolicy = z.output<typeof AlertPolicy>;
