/** A service that nobody asks does not load what it takes to answer. */
import { it } from 'vitest';
import type { LogLine, Program } from './program.ts';
import { startService } from './program.ts';
import { prepareService } from './running-or-not.ts';

/** On SIGUSR2 the program says whether the library is there, and the fetch that Node.js has of its own. It does not know. */
const TELL = `--import="data:text/javascript,import{createRequire}from'node:module';process.on('SIGUSR2',()=>console.log(JSON.stringify({msg:'libraries',library:Object.keys(createRequire('/')('module')._cache).some((file)=>file.includes('/fastify/')),fetch:process.moduleLoadList.some((name)=>name.includes('deps/undici'))})))"`;

it.concurrent('loads the page with the first request, and not before', { timeout: 60_000 }, async ({
  onTestFinished,
  expect,
}) => {
  const service = await prepareService(onTestFinished);
  const program = startService(onTestFinished, service.folder, { env: { NODE_OPTIONS: TELL } });
  await program.whenLogged(({ msg }) => msg === 'site checked');
  expect(await loadedBy(program, 1)).toMatchObject({ library: false, fetch: false });
  expect((await fetch(`http://127.0.0.1:${service.port}/healthz`)).status).toBe(200);
  expect(await loadedBy(program, 2)).toMatchObject({ library: true, fetch: false });
  expect(await program.stop()).toMatchObject({ code: 0 });
});

async function loadedBy(program: Program, times: number): Promise<LogLine> {
  program.send('SIGUSR2');
  const isAnswer = ({ msg }: LogLine) => msg === 'libraries';
  const lines = await program.log.until((all) => all.filter(isAnswer).length === times);
  return lines.filter(isAnswer).at(-1)!;
}
