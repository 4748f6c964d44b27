import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAbout, parseSystemInfo } from './version-reply.ts';

const full = {
  contentHash: 'aeec25c539492bd8invented',
  senseId: 'qliksenseserver:14.254.6',
  originalClassName: 'Composition',
  version: '14.254.6',
  deploymentType: 'QlikSenseServer',
  releaseLabel: 'May 2026 Patch 2',
  deprecatedProductVersion: '4.0.X',
  productName: 'Qlik Sense',
  copyrightYearRange: '1993-2026',
};

describe('the reply of the About service', () => {
  it('gives its eight texts, and leaves further fields out', () => {
    const { originalClassName: _, ...texts } = full;

    expect(parseSystemInfo({ ...full, planted: 'secret' }, 'proxy')).toEqual({
      ...texts,
      repositoryVersion: null,
      source: 'proxy',
    });
  });

  it('may be the short one of version 3.2', () => {
    const old = {
      senseId: 'qliksenseserver:10.25.0-1489',
      version: '10.25.0',
      deploymentType: 'QlikSenseServer',
      releaseLabel: 'Qlik Sense 3.2 SR1',
      productName: 'Qlik Sense',
    };

    expect(parseSystemInfo(old, 'about-service')).toEqual({
      ...old,
      contentHash: null,
      deprecatedProductVersion: null,
      copyrightYearRange: null,
      repositoryVersion: null,
      source: 'about-service',
    });
  });

  it('has null for a field that is missing, empty or of another type, and never a text made of it', () => {
    const odd = {
      ...full,
      contentHash: undefined,
      senseId: 12,
      deploymentType: null,
      productName: ' \u0000 ',
    };

    expect(parseSystemInfo(odd, 'about-service')).toMatchObject({
      version: '14.254.6',
      contentHash: null,
      senseId: null,
      deploymentType: null,
      productName: null,
    });
  });

  it('is cut to one line of 200 characters without control characters', () => {
    const long = { version: `14\u0007.254\u202e.6`, releaseLabel: `May\n2026 ${'x'.repeat(5000)}` };
    const { version, releaseLabel } = parseSystemInfo(long, 'about-service')!;

    expect(version).toBe('14.254.6');
    expect(releaseLabel).toMatch(/^May 2026 x+$/);
    expect(releaseLabel).toHaveLength(200);
  });

  it.each([
    [null],
    ['14.254.6'],
    [[full]],
    [{}],
    [{ schemaPath: 'License' }],
    [{ productName: 'Qlik Sense' }],
  ])('is not %j, which has neither version nor release label', (json) => {
    expect(parseSystemInfo(json, 'about-service')).toBeUndefined();
  });

  it('never throws, whatever it is, and holds texts or null', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (version, other) => {
        const parsed = parseSystemInfo({ version, releaseLabel: other, senseId: other }, 'proxy');
        for (const value of Object.values(parsed ?? {})) {
          expect(value === null || typeof value === 'string').toBe(true);
        }
      }),
    );
  });
});

describe('the reply of the repository', () => {
  it('gives its own build, and no product version', () => {
    expect(parseAbout({ buildVersion: '38.35.0.0', nodeType: 1, schemaPath: 'About' })).toEqual({
      contentHash: null,
      copyrightYearRange: null,
      deploymentType: null,
      deprecatedProductVersion: null,
      productName: null,
      releaseLabel: null,
      senseId: null,
      version: null,
      repositoryVersion: '38.35.0.0',
      source: 'repository',
    });
  });

  it.each([[null], [{}], [{ buildVersion: 38 }], [[{ buildVersion: '38.35.0.0' }]], ['38.35.0.0']])(
    'is not %j, which has no build',
    (json) => {
      expect(parseAbout(json)).toBeUndefined();
    },
  );
});
