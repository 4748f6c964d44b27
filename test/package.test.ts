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

it('comes out the same, byte for byte, when it is built again', { timeout: 60_000 }, async () => {
  await bundle(join(folder, 'again'));
  expect(digests(join(folder, 'again'))).toEqual(digests(join(folder, 'dist')));
  const [page, pageAgain] = await Promise.all(['page', 'page-again'].map(buildPage));
  expect(Object.keys(page!)).toContain('/index.html');
  expect(pageAgain).toEqual(page);
});

it('lists every library in it, with the licence and the hash of what was built from', () => {
  const sbom = JSON.parse(readFileSync(join(folder, 'dist/sbom.cdx.json'), 'utf8')) as {
    components: Component[];
  };
  const texts = readFileSync(join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const names = sbom.components.map(({ name }) => name);
  for (const name of ['undici', 'mqtt', 'yaml', 'zod', 'fastify', 'preact', 'uplot'])
    expect(names).toContain(name);
  for (const { name, version, scope, licenses, hashes } of sbom.components) {
    if (scope !== 'optional') expect(texts).toContain(`\n${name} ${version} (`);
    expect(licenses).toHaveLength(1);
    expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  }
});

it('names who wrote each library, as their licences ask for', () => {
  const texts = readFileSync(join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const [, ...parts] = texts.split(`${'='.repeat(80)}\n`);
  expect(parts.length).toBeGreaterThan(100);
  const anonymous = parts.filter(
    (part) => !/copyright (?!notice|owner|holder|license|law)|©|\(c\) \d{4}|Written by/i.test(part),
  );
  expect(texts).toContain('Copyright (c) Microsoft');
  expect(anonymous.map((part) => part.split('\n')[0])).toEqual([]);
});

it('lists what is installed beside it: Node.js itself, where there is a package of it', () => {
  const { components, dependencies } = JSON.parse(
    readFileSync(join(folder, 'dist/sbom.cdx.json'), 'utf8'),
  ) as { components: Component[]; dependencies: { ref: string; dependsOn?: string[] }[] };
  const { optionalDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const optional = components.filter(({ scope }) => scope === 'optional');
  expect(Object.fromEntries(optional.map(({ name, version }) => [name, version]))).toEqual(
    optionalDependencies,
  );
  for (const { 'bom-ref': ref, licenses } of optional) {
    expect(licenses).toEqual([{ license: { id: 'MIT' } }]);
    expect(dependencies[0]?.dependsOn).toContain(ref);
  }
});

it('is built from what the lockfile pins, under licences that are known, without a script of anybody', () => {
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string; license?: string; hasInstallScript?: boolean }>;
  };
  const { allowScripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    allowScripts: Record<string, boolean>;
  };
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  expect(entries.length).toBeGreaterThan(100);
  const named = (paths: typeof entries) => paths.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(named(entries.filter(([, one]) => !one.integrity?.startsWith('sha512-')))).toEqual([]);
  // None of these asks anything of those who only use it for building and testing.
  const known =
    /^(?:MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|MIT OR Apache-2\.0|MPL-2\.0|CC-BY-4\.0|Unlicense)$/;
  expect(
    entries
      .filter(([, { license }]) => !known.test(license ?? ''))
      .map(([path, { license }]) => [path, license]),
  ).toEqual([]);
  const withScript = named(entries.filter(([, one]) => one.hasInstallScript === true));
  expect(withScript.filter((name) => allowScripts[name] !== false)).toEqual([]);
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

interface Component {
  readonly name: string;
  readonly version: string;
  readonly 'bom-ref': string;
  readonly scope?: string;
  readonly licenses: readonly unknown[];
  readonly hashes: readonly { readonly content: string }[];
}

/** As `npm run build` builds it, elsewhere. */
async function buildPage(name: string): Promise<Record<string, string>> {
  const to = join(folder, name);
  const vite = join(repository, 'node_modules/vite/bin/vite.js');
  const options = ['--outDir', to, '--logLevel', 'warn'];
  await run(process.execPath, [vite, 'build', join(repository, 'web'), ...options]);
  return digests(to);
}

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
