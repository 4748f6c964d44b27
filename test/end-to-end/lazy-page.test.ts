/** A service that nobody asks does not load what it takes to answer. */
import { it } from 'vitest';
import type { LogLine, Program } from './program.ts';
import { startService } from './program.ts';
import { prepareService } from './running-or-not.ts';

/** On SIGUSR2 the program says whether the library is there. It does not know. */
const TELL = `--import="data:text/javascript,import{createRequire}from'node:module';process.on('SIGUSR2',()=>console.log(JSON.stringify({msg:'libraries',has:Object.keys(createRequire('/')('module')._cache).some((file)=>file.includes('/fastify/'))})))"`;

it.concurrent('loads the page with the first request, and not before', { timeout: 60_000 }, async ({
  onTestFinished,
  expect,
}) => {
  const service = await prepareService(onTestFinished);
  const program = startService(onTestFinished, service.folder, { env: { NODE_OPTIONS: TELL } });
  await program.whenLogged(({ msg }) => msg === 'site checked');
  expect(await hasLibrary(program, 1)).toBe(false);
  expect((await fetch(`http://127.0.0.1:${service.port}/healthz`)).status).toBe(200);
  expect(await hasLibrary(program, 2)).toBe(true);
  expect(await program.stop()).toMatchObject({ code: 0 });
});

async function hasLibrary(program: Program, times: number): Promise<unknown> {
  program.send('SIGUSR2');
  const isAnswer = ({ msg }: LogLine) => msg === 'libraries';
  const lines = await program.log.until((all) => all.filter(isAnswer).length === times);
  return lines.filter(isAnswer).at(-1)!['has'];
}
