/**
 * The replies that tell a version: the only place that knows how Qlik spells their fields. Every field may be missing or
 * of another type, because old servers send fewer; such a field is null.
 */
import { type ProductVersion, productTexts } from '../license/product-version.ts';
import { scrubbed } from '../license/scrub.ts';

/** Our names are Qlik's here; a name that Qlik changes is given beside ours. */
const spelling = {
  contentHash: 'contentHash',
  copyrightYearRange: 'copyrightYearRange',
  deploymentType: 'deploymentType',
  deprecatedProductVersion: 'deprecatedProductVersion',
  productName: 'productName',
  releaseLabel: 'releaseLabel',
  senseId: 'senseId',
  version: 'version',
} as const satisfies Record<(typeof productTexts)[number], string>;

const REPOSITORY_BUILD = 'buildVersion';

const nothingTold = Object.fromEntries(productTexts.map((name) => [name, null])) as Record<
  (typeof productTexts)[number],
  null
>;

/**
 * Takes the product version out of a parsed reply of `GET /v1/systeminfo`.
 *
 * Source: Qlik Sense About Service API, "systeminfo" (`/api/about/v1/systeminfo` through the proxy), since version 3.2,
 * whose reply has neither contentHash, deprecatedProductVersion nor copyrightYearRange.
 *
 * @returns undefined when the value has neither a version nor a release label
 */
export function parseSystemInfo(
  json: unknown,
  source: 'about-service' | 'proxy',
): ProductVersion | undefined {
  if (!isObject(json)) return undefined;
  const texts = Object.fromEntries(
    productTexts.map((name) => [name, textOf(json[spelling[name]])]),
  ) as Record<(typeof productTexts)[number], string | null>;
  const isTold = texts.version !== null || texts.releaseLabel !== null;
  return isTold ? { ...texts, repositoryVersion: null, source } : undefined;
}

/**
 * Takes the build of the repository service out of a parsed reply of `GET /qrs/about`. It is not the product version.
 *
 * Source: Qlik Sense Repository Service API, "About: Get".
 *
 * @returns undefined when the value has no build
 */
export function parseAbout(json: unknown): ProductVersion | undefined {
  const repositoryVersion = isObject(json) ? textOf(json[REPOSITORY_BUILD]) : null;
  if (repositoryVersion === null) return undefined;
  return { ...nothingTold, repositoryVersion, source: 'repository' };
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** One line of at most 200 characters without control characters; null when there is none. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = scrubbed(value, []);
  return text === '' ? null : text;
}
