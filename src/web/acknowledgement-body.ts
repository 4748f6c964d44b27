/** What an acknowledgement has to say when it comes in over HTTP. */
import * as z from 'zod';
import type { Schema } from './schema-parts.ts';

const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.trim() !== '', 'must not be empty');

export const AcknowledgementBody = z.strictObject({
  by: words(100).optional().describe('Who. Default: the name of the login.'),
  why: words(500).describe('Why it needs no repeating. Sent along with every message.'),
  until: z
    .union([z.iso.date(), z.literal('next-rung')])
    .describe('The first day, in the time zone of the site, on which alerts speak again; or next-rung.'),
  coverExpiredAndBlocked: z
    .boolean()
    .default(false)
    .describe('Whether that the license has expired or is blocked is silenced, too.'),
});

export const acknowledgementBodySchema = withoutDialect(
  z.toJSONSchema(AcknowledgementBody, { io: 'input' }) as Schema,
);

/** What is wrong with a body, in one line. */
export function problemsOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => {
      if (path[0] === 'until') return 'until: write a day as YYYY-MM-DD, or next-rung';
      return path.length === 0 ? message : `${path.join('.')}: ${message}`;
    })
    .join('; ');
}

function withoutDialect({ $schema: _dialect, ...schema }: Schema): Schema {
  return schema;
}
