/** Which Qlik Sense a site runs, in our own words, and how two versions compare. Pure. */

/** The texts about the product, in the order in which the points have them. */
export const productTexts = [
  'contentHash',
  'copyrightYearRange',
  'deploymentType',
  'deprecatedProductVersion',
  'productName',
  'releaseLabel',
  'senseId',
  'version',
] as const;

/** Every text is null where the server did not send it. Holds no secret. */
export interface ProductVersion extends Readonly<Record<(typeof productTexts)[number], string | null>> {
  /**
   * The build of the repository service, `38.35.0.0`. It counts differently from the product, so it is a field of its
   * own, and the only one that the source `repository` fills.
   */
  readonly repositoryVersion: string | null;
  /** Who told: the About service itself, the same through the proxy, or only the repository service. */
  readonly source: 'about-service' | 'proxy' | 'repository';
}

/**
 * Negative when `a` is the older version, positive when it is the newer one, 0 when they are the same. Parts are compared
 * as numbers, so that 14.9 is older than 14.10; a part that is missing counts as 0. Undefined where neither a number
 * decides nor the texts are the same.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one, other] = [left[index] ?? '0', right[index] ?? '0'];
    if (one === other) continue;
    if (!/^\d+$/.test(one) || !/^\d+$/.test(other)) return undefined;
    const difference = BigInt(one) - BigInt(other);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

function partsOf(version: string): string[] {
  return version.trim().split(/[.\-+_ ]/);
}

/** A version for people: `May 2026 Patch 2 (14.254.6)`, or the one of the two that is known. */
export function versionInWords({
  version,
  releaseLabel,
}: Readonly<Record<'version' | 'releaseLabel', string | null>>): string {
  if (releaseLabel === null) return version ?? 'of an unknown version';
  return version === null ? releaseLabel : `${releaseLabel} (${version})`;
}

/** The product with its version: `Qlik Sense May 2026 Patch 2 (14.254.6)`. Old release labels begin with the name. */
export function productInWords(product: Readonly<Record<'version' | 'releaseLabel', string | null>>): string {
  const words = versionInWords(product);
  return /^qlik sense\b/i.test(words) ? words : `Qlik Sense ${words}`;
}
