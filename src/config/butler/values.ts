/** The types of single values in a Butler file. */
import * as z from 'zod';
import { parseSchedule } from '../../check/schedule.ts';

/** The description of keys that Butler knows and nothing here reads. */
export const NOT_READ = 'not read';

const text = z
  .string()
  .min(1)
  .refine((value) => !/^<.*>$/.test(value), 'still holds the placeholder of the template');
export const host = text.refine(
  (value) => !value.includes('/'),
  'write the name or address of the machine only, without http:// and without a port',
);
export const port = z.int().min(1).max(65_535).optional();
export const seconds = z.number().min(0).optional();
export const milliseconds = z.number().min(1).max(600_000).optional();
export const yesNo = z.boolean().optional();
export const option = text.optional();
export const onOff = z.strictObject({ enable: yesNo }).optional();
const notRead = z.unknown().optional().describe(NOT_READ);

/** Keys that Butler has for other purposes. */
export const others = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, notRead])) as Record<Name, typeof notRead>;

export const frequency = text
  .superRefine((value, context) => {
    const schedule = parseSchedule(value);
    if (schedule.kind === 'problem') context.addIssue({ code: 'custom', message: schedule.detail });
  })
  .optional();

/** Of what is done again and again, at no particular time of day. */
export const interval = text
  .refine((value) => parseSchedule(value).kind === 'interval', {
    error: 'write an interval from 1 s to 31 days, for example every 30 seconds or every 5 minutes',
  })
  .optional();
