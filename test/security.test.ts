import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');

describe('SECURITY.md', () => {
  const page = read('SECURITY.md');

  it('names tests and pages that exist', () => {
    const tests = [...page.matchAll(/`((?:src|test)\/[\w./-]+\.test\.ts)`/g)].map(([, path]) => path!);
    const pages = [...page.matchAll(/\]\(([\w./-]+)\)/g)].map(([, path]) => path!);
    expect(tests.length).toBeGreaterThan(15);
    expect([...tests, ...pages].filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  it('is linked from where people look, and ships', () => {
    expect(read('README.md')).toContain('(SECURITY.md)');
    expect((JSON.parse(read('package.json')) as { files: string[] }).files).toContain('SECURITY.md');
  });
});
