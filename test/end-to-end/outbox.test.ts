/** `outbox`: what waits and what is dead is shown, sent again or dropped, whether the service runs or not. */
import { expect, it } from 'vitest';
import type { Cleanup } from './program.ts';
import { startWebhookReceiver } from './receivers.ts';
import { askedUntil, prepareService } from './running-or-not.ts';

const long = { timeout: 60_000 };

interface Listed {
  readonly source: { readonly kind: string };
  readonly waiting: readonly { readonly seq: number; readonly title: string; readonly id: string }[];
  readonly deadLetters: readonly { readonly seq: number; readonly title: string; readonly id: string }[];
}

it.concurrent(
  'a dead letter of a running service is shown, and goes out again when retried',
  long,
  async ({ onTestFinished }) => {
    const { service, outbox, listed, receiver } = await withDeadLetters(onTestFinished);
    await service.start();
    const [letter] = await waitForDead(listed, 1);
    expect(letter!.title).toMatch(/^prod: Qlik Sense license ends in 30 days/);
    const text = await outbox('list', '--dead');
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(
      new RegExp(`hook \\(webhook\\): \\d+ waiting, 1 dead letter\n *SEQ .*\n *${letter!.seq}  dead `),
    );
    expect(text.stdout).toContain('    refused: HTTP 400');
    expect(text.stdout.split('\n').every((line) => line.length <= 80)).toBe(true);

    const shown = await outbox('show', 'hook', String(letter!.seq));
    expect(shown.stdout).toMatch(
      /Message \d+ of hook: a dead letter since .* UTC, no longer tried\.\nrefused: HTTP 400/,
    );
    const payload = JSON.parse(/^\{$.*^\}$/ms.exec(shown.stdout)![0]) as object;
    expect(payload).toEqual(receiver.calls.items[0]!.body);
    const status = await service.ask(['status', '-c', 'config.yaml']);
    expect(status.stdout).toMatch(/`outbox list --dead`/);
    expect(status.code).toBe(1);

    receiver.answerAll({ status: 200 });
    const retried = await outbox('retry', 'hook', String(letter!.seq));
    expect(retried).toMatchObject({
      code: 0,
      stdout: '1 dead letter put back at the end of the lane of hook. The service sends them now.\n',
    });
    await receiver.calls.until((calls) =>
      calls.some((call) => call.isAccepted && call.body.id === letter!.id),
    );
    expect((await listed()).deadLetters).toEqual([]);
    expect((await outbox('list')).stdout).toMatch(/Nothing waits, and no message is dead\./);
  },
);

it.concurrent(
  'those of a stopped service go out at its next start, in their order',
  long,
  async ({ onTestFinished }) => {
    const { service, outbox, listed, receiver } = await withDeadLetters(onTestFinished);
    const first = await service.start();
    await waitForDead(listed, 1);
    service.site.endsIn(14);
    await waitForDead(listed, 2);
    await first.stop();

    const { source, deadLetters: dead } = await listed();
    expect(source.kind).toBe('store');
    expect((await listed('--limit', '1')).deadLetters).toEqual([dead[0]]);
    expect((await outbox('list', '--limit', '1')).stdout).toMatch(/\d more dead; --limit shows more\./);
    receiver.answerAll({ status: 200 });
    const retried = await outbox('retry', 'hook', '--all');
    expect(retried.stdout).toMatch(/^\d dead letters put back .* when the service starts next\./);
    expect((await listed()).waiting.map(({ id }) => id)).toEqual(dead.map(({ id }) => id));
    await service.start();
    const accepted = await receiver.calls.until(
      (calls) => calls.filter((call) => call.isAccepted).length >= dead.length,
    );
    expect(accepted.filter((call) => call.isAccepted).map(({ body }) => body.id)).toEqual(
      dead.map(({ id }) => id),
    );
  },
);

it.concurrent('are dropped only for somebody who is sure', long, async ({ onTestFinished }) => {
  const { service, outbox, listed } = await withDeadLetters(onTestFinished);
  const program = await service.start();
  const [letter] = await waitForDead(listed, 1);
  await program.stop();
  const unsure = await outbox('drop', 'hook', '--all');
  expect(unsure).toMatchObject({ code: 2, stdout: '' });
  expect(unsure.stderr).toMatch(/^This would drop "prod: .*" of hook for good\. Say --yes/);
  expect((await listed()).deadLetters).toEqual([letter]);
  expect(await outbox('drop', 'hook', String(letter!.seq), '--yes')).toEqual({
    code: 0,
    stdout: '1 dead letter of hook dropped.\n',
    stderr: '',
  });
  expect((await listed()).deadLetters).toEqual([]);
});

it.concurrent(
  'what waits is listed and shown, and is nothing to retry or drop',
  long,
  async ({ onTestFinished }) => {
    const { service, outbox, listed, receiver } = await withDeadLetters(onTestFinished);
    receiver.answerAll({ status: 503 });
    await service.start();
    await askedUntil(listed, ({ waiting }) => waiting.length === 1);
    await receiver.calls.until((calls) => calls.length > 0);
    const [row] = (await listed()).waiting;
    const text = await outbox('list');
    expect(text.stdout).toMatch(new RegExp(`\n *${row!.seq}  waiting  .* ago +prod: `));
    const shown = await outbox('show', 'hook', String(row!.seq), '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      message: { fate: 'waiting', failure: null, payload: { id: row!.id }, lane: { name: 'hook' } },
    });
    const retried = await outbox('retry', 'hook', String(row!.seq));
    expect(retried).toMatchObject({ code: 2, stdout: '' });
    expect(retried.stderr).toMatch(/is no dead letter: it waits/);
  },
);

it.concurrent('says what is not there, and which choice is missing', long, async ({ onTestFinished }) => {
  const { outbox } = await withDeadLetters(onTestFinished);
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await outbox(...args);
    expect([code, stdout], args.join(' ')).toEqual([2, '']);
    return stderr;
  };
  expect(await refused('list', '-d', 'nobody')).toBe('There is no destination "nobody". There are: hook\n');
  expect(await refused('show', 'hook', '7')).toBe('No such message waits or is dead there.\n');
  expect(await refused('show', 'hook', 'x')).toMatch(/"x" is no number of a message/);
  expect(await refused('retry', 'hook')).toMatch(/--all/);
  expect(await refused('drop', 'hook', '7', '--all', '--yes')).toMatch(/--all/);
  expect(await refused('list', '--limit', '0')).toMatch(/--limit takes/);
  expect((await outbox('retry', 'hook', '--all')).stdout).toMatch(/^0 dead letters put back/);
});

it.concurrent(
  'a token that may only look retries and drops nothing, and is told so',
  long,
  async ({ onTestFinished }) => {
    const token = 'a-token-that-is-long-enough';
    const { service, listed, destinations } = await withDeadLetters(onTestFinished);
    const auth = { tokens: [{ name: 'script', secret: token, role: 'read' }] };
    await service.configure({ web: { listen: `127.0.0.1:${service.port}`, auth }, destinations });
    const program = await service.start();
    const ask = (...args: string[]) =>
      service.ask([...args, '-c', 'config.yaml'], { LICENSE_SENTINEL_TOKEN: token });
    await askedUntil(
      () => ask('outbox', 'list', '--dead'),
      ({ stdout }) => stdout.includes('1 dead letter'),
    );
    for (const verb of ['retry', 'drop']) {
      const refused = await ask('outbox', verb, 'hook', '--all', ...(verb === 'drop' ? ['--yes'] : []));
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/may look, but not act\. Give one with `role: act`/);
    }
    await program.stop();
    expect((await listed()).deadLetters).toHaveLength(1);
  },
);

/** A service whose only destination refuses every alert, not started yet. */
async function withDeadLetters(cleanup: Cleanup) {
  const receiver = await startWebhookReceiver(cleanup);
  receiver.answerAll({ status: 400 });
  const service = await prepareService(cleanup, 30);
  const destinations = [
    { name: 'hook', kind: 'webhook', url: `${receiver.url}/hook`, sendRecurring: false, sendAlert: true },
  ];
  await service.configure({ destinations });
  const outbox = (...args: string[]) => service.ask(['outbox', ...args, '-c', 'config.yaml']);
  const listed = async (...args: string[]) =>
    JSON.parse((await outbox('list', '--json', ...args)).stdout) as Listed;
  return { receiver, service, outbox, listed, destinations };
}

async function waitForDead(listed: () => Promise<Listed>, count: number): Promise<Listed['deadLetters']> {
  const answer = await askedUntil(listed, ({ deadLetters }) => deadLetters.length >= count);
  return answer.deadLetters;
}
