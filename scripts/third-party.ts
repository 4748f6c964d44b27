/** What others wrote and we ship: which packages, under which licences. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly licenseText: string;
  /** As the lockfile has it: `sha512-…`, base64. */
  readonly integrity: string;
}

/** What an SBOM tells of a package. */
type Listed = Omit<BundledPackage, 'licenseText'>;

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      { readonly version: string; readonly integrity?: string; readonly license?: string } | undefined
    >
  >;
}

/** Licences that allow shipping together with MIT, as long as their texts come along. */
const COMPATIBLE = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
]);
/** Where a package has its licence, and who wrote it where that stands apart. */
const LICENSE_FILE = /^(licen[cs]e|copying)(\b|\.|-)/i;
const NOTICE_FILE = /^(notice|copyright)/i;

/**
 * @param inputs the files that went into the bundle, relative to the root
 * @throws Error for a package without a licence, or with one that does not go together with ours
 */
export function bundledPackages(root: string, inputs: readonly string[]): readonly BundledPackage[] {
  const lockfile = lockfileIn(root);
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders].sort().map((folder) => packageAt(root, folder, lockfile));
}

/**
 * What npm installs beside ours, where there is one for the machine: Node.js itself. Most of them are not here, so this is
 * what the lockfile says.
 *
 * @throws Error for one that the lockfile does not pin, or whose licence is not known to go together with ours
 */
function packagesBeside(root: string): readonly Listed[] {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  const lockfile = lockfileIn(root);
  return Object.keys(optionalDependencies)
    .sort()
    .map((name) => {
      const { version, integrity, license } = lockfile.packages[`node_modules/${name}`] ?? {};
      if (version === undefined || integrity === undefined || !COMPATIBLE.has(license ?? '')) {
        throw new Error(`${name} is not pinned in package-lock.json, or its licence is not known`);
      }
      return { name, version, license: license!, integrity };
    });
}

function lockfileIn(root: string): Lockfile {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` is in `node_modules/a/node_modules/@b/c`. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

type Author = string | { readonly name?: string };

/** @throws Error where nobody is named: the licences ask for the name of who wrote it */
function writtenBy({ name, author }: { readonly name: string; readonly author?: Author }): string {
  const who = typeof author === 'string' ? author : author?.name;
  if (who === undefined) throw new Error(`${name} has neither the text of its licence nor an author`);
  return `Written by ${who}`;
}

function packageAt(root: string, folder: string, lockfile: Lockfile): BundledPackage {
  const about = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: unknown;
    readonly author?: Author;
  };
  const { name, version, license } = about;
  if (typeof license !== 'string' || !COMPATIBLE.has(license)) {
    throw new Error(
      `${name} ${version} has the licence ${JSON.stringify(license)}; look whether it may be shipped`,
    );
  }
  const files = readdirSync(join(root, folder)).sort();
  const file = files.find((entry) => LICENSE_FILE.test(entry));
  const textOf = (entry: string) => readFileSync(join(root, folder, entry), 'utf8').trim();
  const licenseText = [
    file === undefined ? `Licence: ${license}\n${writtenBy(about)}` : textOf(file),
    ...files.filter((entry) => NOTICE_FILE.test(entry)).map(textOf),
  ].join('\n\n');
  const locked = lockfile.packages[folder];
  if (locked?.integrity === undefined || locked.version !== version) {
    throw new Error(`${folder} is not what package-lock.json says; run npm ci`);
  }
  return { name, version, license, licenseText, integrity: locked.integrity };
}

export function licensesOf(packages: readonly BundledPackage[]): string {
  const intro = 'License Sentinel contains these packages of others:\n';
  const parts = packages.map(
    ({ name, version, license, licenseText }) =>
      `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${licenseText}\n`,
  );
  return [intro, ...parts].join('\n');
}

/** CycloneDX 1.6, with what is installed beside the bundle as optional. Without time and serial number, which would make every build another one. */
export function sbomOf(root: string, packages: readonly BundledPackage[]): string {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const beside = packagesBeside(root);
  const all = [...packages, ...beside];
  const component = { type: 'application', name: own.name, version: own.version, 'bom-ref': purlOf(own) };
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...component, purl: purlOf(own), licenses: [{ license: { id: 'MIT' } }] } },
    components: [
      ...packages.map(componentOf),
      ...beside.map((each) => ({ ...componentOf(each), scope: 'optional' })),
    ],
    dependencies: [
      { ref: purlOf(own), dependsOn: all.map(purlOf) },
      ...all.map((each) => ({ ref: purlOf(each) })),
    ],
  };
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

function componentOf(each: Listed) {
  return {
    type: 'library',
    name: each.name,
    version: each.version,
    'bom-ref': purlOf(each),
    purl: purlOf(each),
    licenses: [{ license: { id: each.license } }],
    hashes: [
      {
        alg: 'SHA-512',
        content: Buffer.from(each.integrity.slice('sha512-'.length), 'base64').toString('hex'),
      },
    ],
  };
}

function purlOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
