/** What is said on a terminal, where the user can be asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { alertMessage, builtAt, routed } from '../../../test/fakes/messages.ts';
import { systemClock } from '../../platform/clock.ts';
import { silentLogger } from '../../platform/logger.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { idleLane } from '../../store/store.ts';
import { runCli } from '../cli.ts';
import type { CliIo } from '../io.ts';

/** A stopped service with dead letters at `hook`, and the command line over it. */
async function stoppedWith(ids: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const open = () =>
    openSqliteStore({
      path: join(folder, 's.db'),
      logger: silentLogger,
      now: () => new Date(),
      reserveBytes: 0,
    });
  const store = await open();
  await store.enqueue(
    ids.map((id) => routed(alertMessage({ id, title: `title of ${id}` }), 'hook')),
    builtAt,
  );
  const result = { kind: 'dead', reason: 'refused', detail: 'HTTP 400' } as const;
  const settlements = (await store.nextRows('hook', 10)).map(({ seq }) => ({ seq, result }));
  await store.settle({ destination: 'hook', at: builtAt, settlements, lane: idleLane, messages: [] });
  await store.close();
  await writeFile(
    join(folder, 'c.yaml'),
    'sites: [{ name: prod, host: sense, certificates: c }]\nstore: ./s.db\nweb: false\ndestinations: [{ name: hook, kind: webhook, url: https://hook.test }]\n',
  );
  const drop = async (args: readonly string[], answer: string) => {
    const said = { out: '', err: '', asked: '' };
    const io = {
      env: {},
      clock: systemClock,
      stop: new AbortController().signal,
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      ask: async (question: string) => {
        said.asked += question;
        // The file is free while the user thinks.
        await (await open()).close();
        return answer;
      },
    } as unknown as CliIo;
    return { code: await runCli(['outbox', 'drop', ...args, '-c', join(folder, 'c.yaml')], io), ...said };
  };
  const left = async () => {
    const reopened = await open();
    const letters = await reopened.deadLetters({ limit: 10 });
    await reopened.close();
    return letters.map(({ message }) => message.id);
  };
  return { drop, left };
}

it.each(['', 'n', 'no', 'yess'])('drops nothing when the answer is "%s"', async (answer) => {
  const { drop, left } = await stoppedWith(['a']);
  expect(await drop(['hook', '1'], answer)).toEqual({
    code: 0,
    out: 'Nothing was dropped.\n',
    err: '',
    asked: 'Drop "title of a" of hook for good? What is dropped is never delivered. [y/N] ',
  });
  expect(await left()).toEqual(['a']);
});

it.each(['y', ' Yes '])('drops what was asked about when the answer is "%s"', async (answer) => {
  const { drop, left } = await stoppedWith(['a', 'b']);
  const { asked, out } = await drop(['hook', '--all'], answer);
  expect(asked).toContain('Drop 2 dead letters of hook for good?');
  expect(out).toBe('2 dead letters of hook dropped.\n');
  expect(await left()).toEqual([]);
});

it('asks nothing where --yes is said, or where there is nothing to drop', async () => {
  const { drop } = await stoppedWith(['a']);
  expect(await drop(['hook', '1', '--yes'], 'n')).toMatchObject({ asked: '', code: 0 });
  expect(await drop(['hook', '--all'], 'n')).toMatchObject({
    asked: '',
    out: '0 dead letters of hook dropped.\n',
  });
});
