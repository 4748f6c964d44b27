import { expect, it } from 'vitest';
import * as z from 'zod';
import { SecretText } from './secret-text.ts';

it('turns a text into a secret that does not show', () => {
  const secret = SecretText.parse('s3cret');

  expect(secret.reveal()).toBe('s3cret');
  expect(JSON.stringify({ secret })).not.toContain('s3cret');
});

it('refuses an empty text', () => {
  expect(SecretText.safeParse('').success).toBe(false);
});

it('is a text of at least one character for a JSON schema', () => {
  expect(z.toJSONSchema(SecretText, { io: 'input' })).toMatchObject({ type: 'string', minLength: 1 });
});
