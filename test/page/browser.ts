/** The built page in a real browser. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';

const pageSource = join(import.meta.dirname, '../../web');

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface BuiltPage {
  readonly folder: string;
  /** Path within the folder, and content. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly gzipBytes: number;
  remove(): Promise<void>;
}

/** Builds the page as it is in `web/` now, into a folder of its own. */
export async function buildPage(): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-page-'));
  await build({
    configFile: join(pageSource, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  });
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/.test(name));
  const files = new Map<string, Buffer>();
  for (const name of names) files.set(name, await readFile(join(folder, name)));
  return {
    folder,
    files,
    gzipBytes: [...files.values()].reduce((sum, content) => sum + gzipSync(content).length, 0),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
