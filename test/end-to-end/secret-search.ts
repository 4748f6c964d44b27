/** Finds secrets in a text, in whatever way they were written into it. */

/** As many letters and digits as do not stand together by chance. */
const LEAST_TELLING = 8;
const LEAST_TELLING_DIGITS = 12;
/** A piece of twice that length holds at least one of these whole. */
const CHUNK = 12;

/** Takes the secrets by their names. The search gives the names of those that stand in a text. */
export function secretSearch(secrets: Readonly<Record<string, string>>): (text: string) => readonly string[] {
  const sought = Object.entries(secrets).map(([name, secret]) => ({
    name,
    spellings: [...new Set(piecesOf(secret).flatMap(spellingsOf))].map((one) => one.toLowerCase()),
    letters: lettersOf(secret),
  }));
  return (text) => {
    const lowered = text.toLowerCase();
    const letters = lettersOf(text);
    return sought
      .filter(
        (one) =>
          one.spellings.some((spelling) => lowered.includes(spelling)) ||
          (isTelling(one.letters) && letters.includes(one.letters)),
      )
      .map(({ name }) => name);
  };
}

/**
 * The secret, its two halves, and what a piece of it would hold. Wherever it is cut in two, as by two log lines or two
 * fields, one of the halves stays whole. Short pieces would be found by chance.
 */
function piecesOf(secret: string): readonly string[] {
  const middle = Math.ceil(secret.length / 2);
  const chunks = Array.from({ length: Math.ceil(secret.length / CHUNK) }, (_, index) =>
    secret.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const parts = [secret.slice(0, middle), secret.slice(-middle), ...chunks];
  return [secret, ...parts.filter((part) => lettersOf(part).length >= LEAST_TELLING)];
}

function spellingsOf(piece: string): readonly string[] {
  const json = JSON.stringify(piece).slice(1, -1);
  return [
    piece,
    json,
    JSON.stringify(json).slice(1, -1),
    json.replace(/[^a-z0-9 ]/gi, unicodeEscape),
    encodeURIComponent(piece),
    encodeURIComponent(encodeURIComponent(piece)),
    encodeURI(piece),
    new URLSearchParams({ piece }).toString().slice('piece='.length),
    piece.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`),
    piece.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
    Buffer.from(piece).toString('hex'),
    // Short ones would be found by chance.
    ...(piece.length >= LEAST_TELLING ? inBase64(piece) : []),
  ];
}

/** Base64 depends on where in three bytes a text begins; its first and last letters mix with the neighbours. */
function inBase64(piece: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from('x'.repeat(before) + piece)
      .toString('base64')
      .replace(/=+$/, '');
    const whole = encoded.slice(before === 0 ? 0 : before + 1, -1);
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const unicodeEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Letters and digits alone, so that groups, line breaks and whatever else was put between do not matter. */
const lettersOf = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

function isTelling(letters: string): boolean {
  return letters.length >= (/^\d+$/.test(letters) ? LEAST_TELLING_DIGITS : LEAST_TELLING);
}
