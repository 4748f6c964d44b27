/** What a user installs: the bundle alone, with nothing beside it, and nothing in it that should not ship. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../scripts/bundle.ts';

const repository = join(import.meta.dirname, '..');
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'license-sentinel-package-'));
  await bundle(join(folder, 'dist'));
  for (const part of ['bin', 'package.json', 'dashboards']) {
    cpSync(join(repository, part), join(folder, part), { recursive: true });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const program = (...args: readonly string[]) =>
  run(process.execPath, [join(folder, 'bin/license-sentinel.mjs'), ...args], { cwd: folder });

it('runs the whole demo with no library installed', async () => {
  const { stdout } = await program('demo', '--fast');
  expect(stdout).toContain('none lost, in the same order');
  expect(stdout).toContain('\n  license-sentinel run --config ');
  expect(stdout).not.toContain('npm');
}, 60_000);

it('knows its version and brings the dashboards', async () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect((await program('--version')).stdout).toContain(version);
  await program('dashboards', 'export', join(folder, 'exported'));
  expect(globSync('exported/grafana/*.json', { cwd: folder })).not.toEqual([]);
});

it('comes out the same, byte for byte, when it is built again', async () => {
  await bundle(join(folder, 'again'));
  expect(digests(join(folder, 'again'))).toEqual(digests(join(folder, 'dist')));
});

it('lists every library in it, with the licence and the hash of what was built from', () => {
  const sbom = JSON.parse(readFileSync(join(folder, 'dist/sbom.cdx.json'), 'utf8')) as {
    components: { name: string; version: string; licenses: unknown[]; hashes: { content: string }[] }[];
  };
  const texts = readFileSync(join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const names = sbom.components.map(({ name }) => name);
  for (const name of ['undici', 'mqtt', 'yaml', 'zod', 'fastify', 'preact', 'uplot'])
    expect(names).toContain(name);
  for (const { name, version, licenses, hashes } of sbom.components) {
    expect(texts).toContain(`\n${name} ${version} (`);
    expect(licenses).toHaveLength(1);
    expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  }
});

it('ships nothing but the program, the page, dashboards and documents', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: repository,
  });
  const report = JSON.parse(stdout) as
    | { files: { path: string }[] }[]
    | Record<string, { files: { path: string }[] }>;
  const paths = Object.values(report).flatMap(({ files }) => files.map(({ path }) => path));
  expect(paths).toContain('bin/license-sentinel.mjs');
  const allowed =
    /^(package\.json|README\.md|CHANGELOG\.md|SECURITY\.md|LICENSE|bin\/|dist\/|docs\/|dashboards\/(grafana|prometheus|provisioning)\/)/;
  expect(
    paths.filter((path) => !allowed.test(path) || /\.(test\.[jt]sx?|map|pem|key|db)$/.test(path)),
  ).toEqual([]);
});

it('needs no package beside it, and runs no script when it is installed', () => {
  const about = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(about['dependencies']).toBeUndefined();
  expect(Object.keys(about['scripts'] as object)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]),
  );
});

function digests(root: string): Record<string, string> {
  const files = globSync('**/*', { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(root.length),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
}
