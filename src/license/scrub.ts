/** Keeps the secrets of a license out of the texts that are shown. */

/** What is shown of a secret. A single character, so that a scrubbed text never grows. */
const MASK = '…';
const LONGEST_SHOWN = 200;
/** Beyond what is shown, so that a secret that starts there is seen whole. */
const LONGEST_LOOKED_AT = 1000;

/** So many letters and digits in a row that also stand in a secret are a piece of it. */
const PIECE = 12;
/** A single letter stands in every text. */
const SHORTEST_SECRET = 2;

/** The longest text that can still be a date: an interval of two days, or one day with a time. */
const LONGEST_DATE_TEXT = 40;
/** A shorter secret would stand in many a date by chance. */
const SHORTEST_SECRET_IN_DATE = 4;

/**
 * The text fit to be shown: without control characters, with `…` for every secret and every longer piece of one,
 * and cut to 200 characters. Capital letters, accents, and everything between letters and digits make no
 * difference, so a serial is found in any grouping.
 */
export function scrubbed(text: string, secrets: readonly string[]): string {
  const plain = text
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]+/gu, '')
    .trim()
    .slice(0, LONGEST_LOOKED_AT);
  const isHidden = hiddenIn(plain, secrets, SHORTEST_SECRET);
  let shown = '';
  for (let index = 0; index < Math.min(plain.length, LONGEST_SHOWN); index += 1) {
    if (!isHidden[index]) shown += plain[index];
    else if (!isHidden[index - 1]) shown += MASK;
  }
  return shown.toWellFormed();
}

/**
 * The text when it looks like a date and nothing else, as the server wrote it; null otherwise. A serial in groups
 * of four consists of the same characters, so the secrets are looked for as well.
 */
export function dateTextToShow(text: string, secrets: readonly string[]): string | null {
  const looksLikeDate =
    text.length <= LONGEST_DATE_TEXT && /^[\d \u00a0\u202f./:,+\-apmtz]*$/i.test(text) && /\d/.test(text);
  if (!looksLikeDate) return null;
  return hiddenIn(text, secrets, SHORTEST_SECRET_IN_DATE).includes(true) ? null : text;
}

/** For each character of the text whether it belongs to a secret. */
function hiddenIn(text: string, secrets: readonly string[], shortest: number): boolean[] {
  const isHidden = Array.from({ length: text.length }, () => false);
  if (text === '') return isHidden;
  const { letters, at } = comparable(text);
  const hide = (start: number, length: number) => {
    isHidden.fill(true, at[start], (at[start + length - 1] ?? 0) + 1);
  };
  const pieces = new Map<string, number[]>();
  for (let start = 0; start + PIECE <= letters.length; start += 1) {
    const piece = letters.slice(start, start + PIECE);
    const known = pieces.get(piece);
    if (known === undefined) pieces.set(piece, [start]);
    else known.push(start);
  }

  // A key is long and a date is short: where the text has no piece to find, a secret of that length need not be looked at.
  const worthALook = pieces.size > 0 ? secrets : secrets.filter((secret) => !hasPiece(secret));
  for (const sought of new Set(worthALook.map((secret) => comparable(secret).letters))) {
    if (sought.length < shortest) continue;
    if (sought.length < PIECE) {
      for (let start = letters.indexOf(sought); start !== -1; start = letters.indexOf(sought, start + 1)) {
        hide(start, sought.length);
      }
      continue;
    }
    for (let start = 0; start + PIECE <= sought.length && pieces.size > 0; start += 1) {
      const piece = sought.slice(start, start + PIECE);
      for (const found of pieces.get(piece) ?? []) hide(found, PIECE);
      // Once is enough, and a secret that repeats itself stays cheap.
      pieces.delete(piece);
    }
  }
  return isHidden;
}

/** Whether it has at least a piece of letters and digits; only the plain ones count, since others may vanish. */
function hasPiece(secret: string): boolean {
  let count = 0;
  for (let index = 0; index < secret.length && count < PIECE; index += 1) {
    if (isPlain(secret.charCodeAt(index))) count += 1;
  }
  return count === PIECE;
}

function isPlain(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Only letters and digits, in lower case and without accents, and where in the text each of them stands. */
function comparable(text: string): { readonly letters: string; readonly at: readonly number[] } {
  let letters = '';
  const at: number[] = [];
  let index = 0;
  for (const character of text) {
    for (const unit of plainLetters(character)) {
      letters += unit;
      at.push(index);
    }
    index += character.length;
  }
  return { letters, at };
}

function plainLetters(character: string): string {
  if (/^[a-z0-9]$/i.test(character)) return character.toLowerCase();
  if (character <= '\u007f') return '';
  return character
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
