/** Versions in words for people. Pure. */
import { type ProductVersion, productInWords, versionInWords } from '../license/product-version.ts';
import type { VersionNotice } from './version.ts';
import type { Wording } from './wording.ts';

const CERTIFICATES =
  'An upgrade may also recreate the certificates: if the site can no longer be read, export them again from the QMC ' +
  '(Certificates, format PEM, with secret key).';

export function wordVersionNotice(site: string, notice: VersionNotice): Wording {
  const verb = { upgrade: 'was upgraded', downgrade: 'was downgraded', other: 'has changed' }[
    notice.direction
  ];
  if (notice.what === 'repository') {
    const change = `from build ${notice.before.repositoryVersion} to ${notice.after.repositoryVersion}`;
    return {
      title: `${site}: the repository service of Qlik Sense ${verb} ${change}`,
      text: `The product version cannot be seen, but the repository service ${verb} ${change}, so Qlik Sense probably was, too. ${CERTIFICATES}`,
    };
  }
  const change = `from ${versionInWords(notice.before)} to ${versionInWords(notice.after)}`;
  return {
    title: `${site}: Qlik Sense ${verb} ${change}`,
    text: `Qlik Sense ${verb} ${change}. ${CERTIFICATES}`,
  };
}

/** What a site runs, in a few words: `Qlik Sense May 2026 Patch 2 (14.254.6)`. */
export function seenVersionInWords(version: ProductVersion): string {
  return version.source === 'repository'
    ? `Qlik Sense with repository service build ${version.repositoryVersion}`
    : productInWords(version);
}
