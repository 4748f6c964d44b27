/** `ack`: on a running service and on a stopped one, with and without a login. */
import { expect, it } from 'vitest';
import type { Cleanup } from './program.ts';
import { startWebhookReceiver } from './receivers.ts';
import { prepareService, statusOf } from './running-or-not.ts';

const long = { timeout: 60_000 };
const why = 'the renewal is ordered';

it.concurrent(
  'silences a license of a running service and takes that back; everybody is told',
  long,
  async ({ onTestFinished }) => {
    const { service, receiver, ack, kinds } = await withReceiver(onTestFinished);
    await service.start();
    const until = service.site.dateIn(5);
    const done = await ack('prod', '--until', until, '--by', 'Anna', '--why', why);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout.split('\n').slice(0, 2)).toEqual([
      `prod: acknowledged by Anna until ${until}: ${why}.`,
      `Alerts speak again on ${until} at the latest.`,
    ]);
    await receiver.calls.until(() => kinds().includes('acknowledged'));
    const { sites } = await statusOf(service);
    expect(sites).toMatchObject([
      { acknowledgement: { by: 'Anna', why, until, coversExpiredAndBlocked: false } },
    ]);
    const shown = await service.ask(['status', '-c', 'config.yaml']);
    expect(shown.stdout.replaceAll(/\s+/g, ' ')).toContain(`acknowledged by Anna until ${until}: ${why}`);

    const withdrawn = await ack('--withdraw', 'prod', '--by', 'Bert');
    expect(withdrawn).toEqual({
      code: 0,
      stdout: 'prod: the acknowledgement is withdrawn. The destinations are told now.\n',
      stderr: '',
    });
    await receiver.calls.until(() => kinds().includes('acknowledgement-withdrawn'));
    const nothingLeft = await ack('--withdraw', 'prod');
    expect(nothingLeft).toMatchObject({ code: 1, stdout: '' });
    expect(nothingLeft.stderr).toMatch(/^Nobody has acknowledged this site/);
  },
);

it.concurrent(
  'is kept in the store of a stopped service, which tells it at its next start',
  long,
  async ({ onTestFinished }) => {
    const { service, receiver, ack, kinds } = await withReceiver(onTestFinished);
    await (await service.start()).stop();
    const done = await ack('prod', '--until', 'next-rung', '--by', 'Anna', '--why', why, '--even-expired');
    expect(done.stdout).toContain('prod: acknowledged by Anna until the next rung');
    expect(done.stdout).toMatch(
      /is silenced, too\.\nThe destinations are told when the service starts next\.\n$/,
    );
    expect(kinds()).not.toContain('acknowledged');
    await service.start();
    await receiver.calls.until(() => kinds().includes('acknowledged'));
    expect(await statusOf(service)).toMatchObject({
      sites: [{ acknowledgement: { by: 'Anna', until: 'next-rung', coversExpiredAndBlocked: true } }],
    });
  },
);

it.concurrent(
  'takes the name of the token, and refuses one that may only look',
  long,
  async ({ onTestFinished }) => {
    const { service, destinations } = await withReceiver(onTestFinished);
    const tokens = [
      { name: 'anna', secret: 'the-token-of-anna-0815', role: 'act' },
      { name: 'looker', secret: 'the-token-of-a-looker', role: 'read' },
    ];
    const web = { listen: `127.0.0.1:${service.port}`, auth: { tokens } };
    await service.configure({ web, destinations });
    await service.start();
    const args = ['ack', 'prod', '--until', 'next-rung', '--why', why, '-c', 'config.yaml'];
    const refused = await service.ask(args, { LICENSE_SENTINEL_TOKEN: 'the-token-of-a-looker' });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/role: act/) });
    const done = await service.ask(args, { LICENSE_SENTINEL_TOKEN: 'the-token-of-anna-0815' });
    expect(done.stdout).toMatch(/^prod: acknowledged by anna until the next rung/);
  },
);

it.concurrent('says what is missing or wrong', long, async ({ onTestFinished }) => {
  const { service, ack } = await withReceiver(onTestFinished);
  const refused = async (code: number, ...args: string[]) => {
    const answer = await ack(...args);
    expect([answer.code, answer.stdout], args.join(' ')).toEqual([code, '']);
    return answer.stderr;
  };
  const rest = ['--by', 'Anna', '--why', why] as const;
  expect(await refused(2, 'prod')).toMatch(/--until DATE .*--why TEXT/);
  expect(await refused(1, 'prod', '--until', 'next-rung', ...rest)).toMatch(/not checked yet/);
  await (await service.start()).stop();
  expect(await refused(2, 'nobody', '--until', 'next-rung', ...rest)).toMatch(/no such site/);
  expect(await refused(2, 'prod', '--until', 'tomorrow', ...rest)).toMatch(/YYYY-MM-DD, or next-rung/);
  expect(await refused(2, 'prod', '--until', service.site.dateIn(-1), ...rest)).toMatch(/./);
  expect(await refused(2, 'prod', '--until', 'next-rung', '--why', why)).toMatch(/who acknowledges/);
});

/** A service whose license ends in 30 days, with a receiver of alerts; not started yet. */
async function withReceiver(cleanup: Cleanup) {
  const receiver = await startWebhookReceiver(cleanup);
  const service = await prepareService(cleanup, 30);
  const destinations = [{ name: 'hook', kind: 'webhook', url: `${receiver.url}/hook`, sendRecurring: false }];
  await service.configure({ destinations });
  const ack = (...args: string[]) => service.ask(['ack', ...args, '-c', 'config.yaml']);
  const kinds = () => receiver.calls.items.map(({ body }) => body.kind);
  return { receiver, service, destinations, ack, kinds };
}
