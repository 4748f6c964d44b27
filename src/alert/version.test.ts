import { describe, expect, it } from 'vitest';
import type { ProductVersion } from '../license/product-version.ts';
import { initialVersionState, stepVersion, type VersionSighting } from './version.ts';
import { seenVersionInWords, wordVersionNotice } from './version-wording.ts';

const nothing = {
  contentHash: null,
  copyrightYearRange: null,
  deploymentType: null,
  deprecatedProductVersion: null,
  productName: null,
  senseId: null,
  repositoryVersion: null,
};
const product = (version: string | null, releaseLabel: string | null = null): ProductVersion => ({
  ...nothing,
  version,
  releaseLabel,
  source: 'about-service',
});
const repository = (repositoryVersion: string): ProductVersion => ({
  ...product(null),
  repositoryVersion,
  source: 'repository',
});
const why = { reason: 'refused', detail: 'Nothing listens on sense:9032.' } as const;
const sighting = (version: ProductVersion | null, at: number): VersionSighting => {
  if (version === null) return { kind: 'failed', at, why };
  return { kind: 'seen', at, version, missed: version.source === 'repository' ? why : null };
};

/** What is said of each look, one a day; null is a look that failed. */
function told(...looks: (ProductVersion | null)[]) {
  let state = initialVersionState;
  const notices = looks.map((look, day) => {
    const step = stepVersion(state, sighting(look, day), 'prod');
    state = JSON.parse(JSON.stringify(step.state)) as typeof state;
    return step.notices;
  });
  return {
    state,
    notices,
    titles: notices.map((each) => each.map((one) => wordVersionNotice('prod', one).title)),
  };
}

const MAY = product('14.254.6', 'May 2026 Patch 2');
const NOVEMBER = product('14.1000.1', 'November 2026');

describe('a version', () => {
  it.each<[string, (ProductVersion | null)[], string[]]>([
    ['the first sight', [MAY], []],
    ['the same again', [MAY, MAY], []],
    [
      'an upgrade',
      [MAY, NOVEMBER],
      ['prod: Qlik Sense was upgraded from May 2026 Patch 2 (14.254.6) to November 2026 (14.1000.1)'],
    ],
    [
      'a downgrade',
      [NOVEMBER, MAY],
      ['prod: Qlik Sense was downgraded from November 2026 (14.1000.1) to May 2026 Patch 2 (14.254.6)'],
    ],
    [
      'another label alone',
      [MAY, product('14.254.6', 'May 2026 Patch 3')],
      ['prod: Qlik Sense has changed from May 2026 Patch 2 (14.254.6) to May 2026 Patch 3 (14.254.6)'],
    ],
    ['the same number written otherwise', [product('14.254'), product('14.254.0')], []],
    ['the same through the proxy', [MAY, { ...MAY, source: 'proxy' }], []],
    ['a label that is missing once', [MAY, product('14.254.6'), MAY], []],
    [
      'an upgrade after a reply without a number',
      [product('14.1', 'A'), product(null, 'A'), product('14.2', 'A')],
      ['prod: Qlik Sense was upgraded from A (14.1) to A (14.2)'],
    ],
    ['a failure and the same again', [MAY, null, null, MAY], []],
    [
      'an upgrade behind a failure',
      [MAY, null, NOVEMBER],
      ['prod: Qlik Sense was upgraded from May 2026 Patch 2 (14.254.6) to November 2026 (14.1000.1)'],
    ],
    ['only the repository from now on', [MAY, repository('38.35.0.0')], []],
    ['the About service again', [repository('38.35.0.0'), MAY, repository('38.35.0.0')], []],
    [
      'another build of the repository',
      [repository('38.35.0.0'), repository('38.40.0.0')],
      ['prod: the repository service of Qlik Sense was upgraded from build 38.35.0.0 to 38.40.0.0'],
    ],
  ])('tells of %s what it should', (_, looks, expected) => {
    expect(told(...looks).titles.flat()).toEqual(expected);
  });

  it('gives the same id for the same change, and another one when it happens again', () => {
    const ids = told(MAY, NOVEMBER, MAY, NOVEMBER)
      .notices.flat()
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(told(MAY, NOVEMBER).notices.flat()[0]!.id).toBe(ids[0]);
    expect(stepVersion(told(MAY).state, sighting(NOVEMBER, 1), 'other').notices[0]!.id).not.toBe(ids[0]);
  });

  it('is for information, and has the versions before and after', () => {
    expect(told(MAY, NOVEMBER).notices.flat()).toMatchObject([
      {
        kind: 'version-changed',
        severity: 'info',
        at: 1,
        what: 'product',
        direction: 'upgrade',
        before: { version: '14.254.6', releaseLabel: 'May 2026 Patch 2' },
        after: { version: '14.1000.1', releaseLabel: 'November 2026' },
      },
    ]);
  });

  it('gives another id for another version before or after, or another label, of product or repository', () => {
    const idOf = (...looks: ProductVersion[]) => told(...looks).notices.flat()[0]!.id;
    const ids = [
      idOf(MAY, NOVEMBER),
      idOf(product('14.254.5', 'May 2026 Patch 2'), NOVEMBER),
      idOf(product('14.254.6', 'May 2026'), NOVEMBER),
      idOf(MAY, product('14.1000.2', 'November 2026')),
      idOf(MAY, product('14.1000.1', 'November')),
      idOf(repository('1'), repository('2')),
      idOf(repository('1'), repository('3')),
      idOf(repository('0'), repository('3')),
      idOf(product('1'), product('2')),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('counts how often a change was told, for the last twenty', () => {
    expect(Object.values(told(MAY, NOVEMBER, MAY, NOVEMBER).state.timesTold)).toEqual([1, 2]);
    const many = Array.from({ length: 30 }, (_, n) => product(`14.${n}`));
    expect(Object.keys(told(...many).state.timesTold)).toHaveLength(20);
  });

  it('that cannot be read for another reason has not been so since the first one', () => {
    const first = stepVersion(initialVersionState, { kind: 'failed', at: 1, why }, 'prod').state;
    const other = { reason: 'timeout', detail: 'No answer.' } as const;
    const { state } = stepVersion(first, { kind: 'failed', at: 2, why: other }, 'prod');
    expect(state.failure).toEqual({ ...other, since: 2, at: 2 });
  });

  it('is remembered while it cannot be read, with the reason and since when', () => {
    const { state } = told(MAY, null, null, repository('38.35.0.0'));
    expect(state.product).toEqual({ version: MAY, at: 0 });
    expect(state.repository).toMatchObject({ at: 3 });
    expect(state.failure).toEqual({ ...why, since: 1, at: 3 });
    expect(told(MAY, null, MAY).state.failure).toBeNull();
  });

  it('says that certificates may be new after an upgrade', () => {
    const [notice] = told(MAY, NOVEMBER).notices.flat();
    expect(wordVersionNotice('prod', notice!).text).toMatch(/recreate the certificates.*export them again/);
  });

  it('is never taken from the repository in words', () => {
    expect(seenVersionInWords(repository('38.35.0.0'))).toBe(
      'Qlik Sense with repository service build 38.35.0.0',
    );
    expect(seenVersionInWords(MAY)).toBe('Qlik Sense May 2026 Patch 2 (14.254.6)');
  });
});
