/** A secret in a configuration file: text in, a `Secret` out, so that it cannot be shown by mistake afterwards. */
import * as z from 'zod';
import { Secret } from './secret.ts';

export const SecretText = z
  .string()
  .min(1, 'must not be empty')
  .transform((text) => new Secret(text));
