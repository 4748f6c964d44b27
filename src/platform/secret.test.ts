import { expect, it } from 'vitest';
import { Secret, withoutSecrets } from './secret.ts';

const without = (text: string, ...secrets: string[]) =>
  withoutSecrets(
    text,
    secrets.map((secret) => new Secret(secret)),
  );

it('replaces a secret as it is, URL-encoded and as base64', () => {
  const secret = 'a secret/+';
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
  expect(without(forms.join(' | '), secret)).toBe('*** | *** | ***');
});

it('leaves texts of less than three characters alone', () => {
  expect(without('to be or not', 'be', '')).toBe('to be or not');
});

it('replaces a secret that holds half of a surrogate pair', () => {
  const secret = 'half\ud800pair';
  expect(without(`${secret} | ${encodeURIComponent(secret.toWellFormed())}`, secret)).toBe('*** | ***');
});
