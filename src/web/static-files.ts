/** The built page: files of one folder, read once, and nothing outside of it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export interface StaticFile {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** File names that carry a hash of their content never change. */
  readonly isImmutable: boolean;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Every file by its path, `/assets/page-1a2b3c.js`. Paths are looked up in this list and never given to the file system, so
 * none can lead out of the folder. Empty when there is no such folder.
 */
export async function readStaticFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, StaticFile>();
  for (const entry of entries) {
    const contentType = contentTypes[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    files.set(path.slice(folder.length).split(sep).join('/').replace(/^\/*/, '/'), {
      body,
      contentType,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      isImmutable: /-[\w-]{8,}\.\w+$/.test(entry.name),
    });
  }
  return files;
}

/** The files of the first folder that holds a page. */
export async function readPage(folders: readonly string[]): Promise<ReadonlyMap<string, StaticFile>> {
  for (const folder of folders) {
    const files = await readStaticFiles(folder);
    if (files.has('/index.html')) return files;
  }
  return new Map();
}
