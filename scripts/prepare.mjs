// Runs at the end of `npm install` in a checkout. It never fails the install; it only says what is missing, and builds the page
// that `npm start` serves.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const vite = here('../node_modules/vite/bin/vite.js');

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  console.log(
    `License Sentinel needs Node.js ${NEEDED_MAJOR} or later. npm brings it along on Linux (x64, arm64) and Windows (x64); ` +
      `on ${process.platform} ${process.arch} please install it from https://nodejs.org (this is ${process.version}).`,
  );
} else if (existsSync(vite)) {
  const built = spawnSync(process.execPath, [vite, 'build', here('../web'), '--logLevel', 'error'], {
    stdio: 'inherit',
  });
  if (built.status !== 0)
    console.log('The status page could not be built; everything else works. To try again: npm run build');
}
