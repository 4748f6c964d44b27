/** `npm run test:mutation -- [alert | alert/ladder.ts …]`: mutates these folders or files, or all; one folder after the other. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mutatedFolders } from './folders.ts';

const names = mutatedFolders.map(({ name }) => name);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : names;
const folderIn = (path: string) => path.split('/')[0]!;
const unknown = wanted.filter((path) => !names.includes(folderIn(path)));
if (unknown.length > 0) {
  console.error(`There is no folder for ${unknown.join(', ')} to mutate. There are: ${names.join(', ')}`);
  process.exit(2);
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const stryker = fileURLToPath(
  new URL('bin/stryker.js', import.meta.resolve('@stryker-mutator/core/package.json')),
);
// Tests of the store wait for the disk; what they keep there need not outlive a power cut.
const memory = process.platform === 'linux' && existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {};
for (const name of new Set(wanted.map(folderIn))) {
  const files = wanted.filter((path) => path.endsWith('.ts') && folderIn(path) === name);
  const only = wanted.includes(name) ? [] : ['--mutate', files.map((path) => `src/${path}`).join(',')];
  const { status } = spawnSync(
    process.execPath,
    [stryker, 'run', 'test/mutation/stryker.config.mjs', ...only],
    {
      cwd: root,
      env: { ...process.env, ...memory, MUTATED_FOLDER: name },
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exitCode = 1;
}
