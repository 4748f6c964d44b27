/** A text that must not be shown: it prints as `***` wherever it ends up by mistake. */
import { inspect } from 'node:util';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it only where the text is handed to the protocol that needs it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/**
 * The text with every occurrence of the secrets replaced by `***`, also where a far end echoes them
 * URL-encoded or as the base64 of HTTP basic authentication.
 *
 * Secrets shorter than three characters are left alone: replacing them would only garble the text.
 */
export function withoutSecrets(text: string, secrets: readonly (Secret | undefined)[]): string {
  let clean = text;
  for (const secret of secrets) {
    const plain = secret?.reveal() ?? '';
    if (plain.length < 3) continue;
    // Half a surrogate pair cannot be URL-encoded; whoever sends it sends the replacement character.
    for (const form of [
      plain,
      encodeURIComponent(plain.toWellFormed()),
      Buffer.from(plain).toString('base64'),
    ]) {
      clean = clean.replaceAll(form, '***');
    }
  }
  return clean;
}
