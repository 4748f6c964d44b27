/** Splits Qlik's `keyDetails` into its lines: a text made for people, of which samples exist, but no grammar. */

export interface KeyDetails {
  /** The text of `License Number`, as written; null without such a line, or when it is empty. */
  readonly licenseNumber: string | null;
  /** Null without such a line, or when it says neither True nor False. */
  readonly isBlacklisted: boolean | null;
  readonly hasAllotments: boolean;
  /** The texts of `Valid From` and `Valid To` before the first allotment: they speak of the license itself. */
  readonly ofLicense: ValidityTexts;
  /** Those after the first allotment: they speak of a part of it. */
  readonly ofAllotments: ValidityTexts;
}

export interface ValidityTexts {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const LONGEST_LABEL = 64;

/**
 * The lines of `keyDetails`, with any line end, indentation and capital letters. Lines that it does not know are
 * left out. Takes time in proportion to the length of the text, whatever stands in it.
 *
 * Source: Qlik Sense Repository Service API, "License: Create (using signed license key)", whose sample has
 * `isBlackListed`, `License Number`, `Valid From`, `Valid To` and one `Allotment <name>:<units>;` per entitlement.
 */
export function parseKeyDetails(text: string): KeyDetails {
  const ofLicense = { from: [] as string[], to: [] as string[] };
  const ofAllotments = { from: [] as string[], to: [] as string[] };
  let licenseNumber: string | null = null;
  let isBlacklisted: boolean | null = null;
  let hasAllotments = false;

  for (const line of text.split(/\r\n|\n|\r/)) {
    const { label, value } = labelAndValue(line);
    const validity = hasAllotments ? ofAllotments : ofLicense;
    if (label === 'valid to') validity.to.push(value);
    else if (label === 'valid from') validity.from.push(value);
    else if (label === 'license number') licenseNumber ??= value === '' ? null : value;
    else if (label === 'isblacklisted') isBlacklisted = eitherTrue(isBlacklisted, value);
    else if (label === 'allotment' || label.startsWith('allotment ')) hasAllotments = true;
  }
  return { licenseNumber, isBlacklisted, hasAllotments, ofLicense, ofAllotments };
}

function labelAndValue(line: string): { readonly label: string; readonly value: string } {
  const trimmed = line.trim();
  const colon = trimmed.indexOf(':');
  if (colon === -1 || colon > LONGEST_LABEL) return { label: '', value: '' };
  const label = trimmed.slice(0, colon).trimEnd().replace(/\s+/g, ' ').toLowerCase();
  const value = trimmed.slice(colon + 1).trim();
  // Allotment lines end with a semicolon, so a neighbor that does as well would be no surprise.
  return { label, value: value.endsWith(';') ? value.slice(0, -1).trimEnd() : value };
}

function eitherTrue(before: boolean | null, value: string): boolean | null {
  const text = value.toLowerCase();
  if (text === 'true') return true;
  return text === 'false' ? (before ?? false) : before;
}
