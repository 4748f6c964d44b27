// Compiles src/ to dist/ for the package, each module for itself, so that what is not used is not loaded; and the page to dist/page.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
rmSync(here('../dist'), { recursive: true, force: true });
execFileSync(
  process.execPath,
  [here('../node_modules/typescript/bin/tsc'), '-p', here('../tsconfig.build.json')],
  {
    stdio: 'inherit',
  },
);
execFileSync(
  process.execPath,
  [here('../node_modules/vite/bin/vite.js'), 'build', here('../web'), '--logLevel', 'warn'],
  {
    stdio: 'inherit',
  },
);
