#!/usr/bin/env node
// Starts License Sentinel on a Node.js that can run it. Plain JavaScript without new syntax, because this
// file must load on any Node.js, if only to say which one is needed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { keepHeapSmall } from './small-heap.mjs';

const NEEDED_MAJOR = 24;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) await start();
else await startOnBundledNode();

/** In a checkout the TypeScript source runs directly; a package holds only what `npm run build` made of it. */
async function start() {
  keepHeapSmall();
  nodeModule.enableCompileCache?.();
  await import(existsSync(here('../src/main.ts')) ? '../src/main.ts' : '../dist/main.js');
}

/** `npm install` brings Node.js 24 along where there is a package for the platform; use it. */
async function startOnBundledNode() {
  const bundled = bundledNode();
  if (bundled === undefined) {
    console.error(
      `License Sentinel needs Node.js ${NEEDED_MAJOR} or later; this is ${process.version} on ${process.platform} ${process.arch}, ` +
        `and no bundled Node.js was installed for it. Install Node.js ${NEEDED_MAJOR} from https://nodejs.org and try again.`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(bundled, [here('./license-sentinel.mjs'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  try {
    return nodeModule
      .createRequire(import.meta.url)
      .resolve(`node-${platform}-${process.arch}/bin/${binary}`);
  } catch {
    return undefined;
  }
}
