/** `check` tells what is acknowledged, from the running service or the store of a stopped one; and never waits for it. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { it } from 'vitest';
import { prepareService } from './running-or-not.ts';

const long = { timeout: 60_000 };
const why = 'the renewal is ordered';

const acknowledge = [
  'ack',
  'prod',
  '--until',
  'next-rung',
  '--by',
  'Anna',
  '--why',
  why,
  '-c',
  'config.yaml',
];

it.concurrent(
  'tells it of a running service and of a stopped one, in every format',
  long,
  async ({ onTestFinished, expect }) => {
    const service = await prepareService(onTestFinished, 30);
    const check = (...args: string[]) => service.ask(['check', '-c', 'config.yaml', ...args]);
    expect((await check()).stdout).not.toContain('acknowledged');
    const program = await service.start();
    await service.ask(acknowledge);
    const expectTold = async () => {
      const [text, json, nagios] = await Promise.all([check(), check('-f', 'json'), check('-f', 'nagios')]);
      expect([text, json, nagios].map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([1, '']));
      expect(text.stdout).toContain(`acknowledged by Anna until the next rung: ${why}`);
      expect(JSON.parse(json.stdout)).toMatchObject({
        sites: [{ acknowledgement: { by: 'Anna', why, until: 'next-rung' } }],
      });
      expect(nagios.stdout).toMatch(
        /^QLIK LICENSE WARNING - [^|]*, acknowledged by Anna until the next rung \|/,
      );
    };
    await expectTold();
    await program.stop();
    await expectTold();
    await (await service.start()).kill9();
    // A note is left of a process that is gone.
    await expectTold();
  },
);

it.concurrent(
  'says nothing of it where the service cannot be asked, and answers all the same',
  long,
  async ({ onTestFinished, expect }) => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const service = await prepareService(onTestFinished, 30);
    const check = () => service.ask(['check', '-c', 'config.yaml', '-f', 'json']);
    await service.start();
    await service.ask(acknowledge);
    for (const web of [false, { listen: `127.0.0.1:${port}` }]) {
      await service.configure({ web });
      const startedMs = performance.now();
      const { code, stdout, stderr } = await check();
      expect(performance.now() - startedMs).toBeLessThan(25_000);
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ sites: [{ acknowledgement: null, state: 'expiring' }] });
    }
  },
);
