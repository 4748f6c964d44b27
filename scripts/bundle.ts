/**
 * Joins src/ and the libraries to a few files that load fast and need nothing installed beside them, and writes down what is in
 * them: THIRD-PARTY-LICENSES.txt for people, sbom.cdx.json (CycloneDX) for tools. The same source gives the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledPackages, licensesOf, sbomOf } from './third-party.ts';

const root = join(import.meta.dirname, '..');

/** Libraries in the older module format ask for `require`, which a module has to make for itself. */
const REQUIRE = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url);',
].join('');

/** The page is bundled by vite; this only looks what goes in. */
async function filesOfPage(): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['web/main.tsx'],
    bundle: true,
    write: false,
    outdir: 'unused',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/** @param folder receives main.js and its parts; what is there already stays */
export async function bundle(folder: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Names stay, so that the stack in an error report can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    chunkNames: 'parts/[name]-[hash]',
    metafile: true,
    logLevel: 'warning',
  });
  const packages = bundledPackages(root, [...Object.keys(metafile.inputs), ...(await filesOfPage())]);
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licensesOf(packages));
  writeFileSync(join(folder, 'sbom.cdx.json'), sbomOf(root, packages));
}
