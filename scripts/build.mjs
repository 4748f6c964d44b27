// Makes dist/ for the package: the program and its libraries in a few files, and the page.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
rmSync(here('../dist'), { recursive: true, force: true });
await bundle(here('../dist'));
execFileSync(
  process.execPath,
  [here('../node_modules/vite/bin/vite.js'), 'build', here('../web'), '--logLevel', 'warn'],
  {
    stdio: 'inherit',
  },
);
