/** The settings of every destination that speaks HTTP. */
import * as z from 'zod';
import { SecretText } from '../platform/secret-text.ts';

/** An address of http or https. Host names of one word, such as a container's, are fine. */
export const HttpUrl = z.url({
  protocol: /^https?$/,
  error: 'write an address that begins with http:// or https://',
});

/** A secret that goes into a header, where line breaks and characters outside Latin-1 cannot go. */
export const HeaderSecret = SecretText.refine((secret) => /^[\t\x20-\x7e\x80-\xff]*$/.test(secret.reveal()), {
  error: 'holds a line break or a character that cannot be sent in an HTTP header',
});

/** Spread into the `z.strictObject` of a section. */
export const httpSettings = {
  ca: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file with the certificate authorities to trust instead of the public ones.'),
  verify: z
    .boolean()
    .default(true)
    .describe('Check the certificate of the far end. Turn it off only to find out what is wrong.'),
};

export const ClientCertificate = z.strictObject({
  cert: z.string().min(1).describe('PEM file with the client certificate.'),
  key: z.string().min(1).describe('PEM file with its private key.'),
});

export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly verify: boolean;
  readonly clientCertificate?: z.output<typeof ClientCertificate> | undefined;
}
