/** A service that nobody asks does not load what it takes to answer, nor what it never needs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'vitest';
import type { LogLine, Program } from './program.ts';
import { startService, writeConfig } from './program.ts';
import { prepareService } from './running-or-not.ts';

/**
 * On SIGUSR2 the program says whether the library is there, and what else of Node.js takes memory: its own fetch, and the tables
 * of time zones. It does not know.
 */
const TELL = `--import="data:text/javascript,${[
  "import{createRequire}from'node:module'",
  'const{DateTimeFormat}=Intl',
  'let zones=false',
  'Intl.DateTimeFormat=new Proxy(DateTimeFormat,{construct:(made,options)=>{zones=true;return(new(made)(...options))}})',
  "const library=()=>Object.keys(createRequire('/')('module')._cache).some((file)=>file.includes('/fastify/'))",
  "const fetch=()=>process.moduleLoadList.some((name)=>name.includes('deps/undici'))",
  "process.on('SIGUSR2',()=>console.log(JSON.stringify({msg:'loaded',library:library(),fetch:fetch(),zones})))",
].join(';')}"`;

it.concurrent('loads the page with the first request, and not before', { timeout: 60_000 }, async ({
  onTestFinished,
  expect,
}) => {
  const service = await prepareService(onTestFinished);
  const config = await readFile(join(service.folder, 'config.yaml'), 'utf8');
  await writeConfig(service.folder, config.replaceAll(/timeZone: .+/g, 'timeZone: UTC'));
  const program = startService(onTestFinished, service.folder, { env: { NODE_OPTIONS: TELL } });
  await program.whenLogged(({ msg }) => msg === 'site checked');
  expect(await loadedBy(program, 1)).toMatchObject({ library: false, fetch: false, zones: false });
  expect((await fetch(`http://127.0.0.1:${service.port}/healthz`)).status).toBe(200);
  expect(await loadedBy(program, 2)).toMatchObject({ library: true, fetch: false });
  expect(await program.stop()).toMatchObject({ code: 0 });
});

async function loadedBy(program: Program, times: number): Promise<LogLine> {
  program.send('SIGUSR2');
  const isAnswer = ({ msg }: LogLine) => msg === 'loaded';
  const lines = await program.log.until((all) => all.filter(isAnswer).length === times);
  return lines.filter(isAnswer).at(-1)!;
}
