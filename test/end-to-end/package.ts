/** The program as users install it: bundled, in a folder of its own, with nothing beside it. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.ts';

const repository = join(import.meta.dirname, '../..');
let made: Promise<string> | undefined;

/** The launcher of a package that is made once for a test file, and goes with it. It starts in half the time of the source. */
export function packagedProgram(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'license-sentinel-package-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await bundle(join(folder, 'dist'));
  for (const part of ['bin', 'package.json']) {
    cpSync(join(repository, part), join(folder, part), { recursive: true });
  }
  return join(folder, 'bin/license-sentinel.mjs');
}
