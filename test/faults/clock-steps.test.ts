/** The wall clock of the real program is stepped by hours, days and years, and back, while a destination fails. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { preload } from '../end-to-end/preload.ts';
import { newFolder, readStore, startService, writeConfig } from '../end-to-end/program.ts';
import { alertsIn, firstArrivals, nameOf, startWebhookReceiver } from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';

const steppedClock = preload(new URL('stepped-clock.ts', import.meta.url));

const HOUR_MS = 3_600_000;
const YEAR_MS = 366 * 24 * HOUR_MS;

it('steps of the clock lose no alert, repeat none, and leave no lane stuck', { timeout: 120_000 }, async ({
  onTestFinished,
}) => {
  const folder = await newFolder(onTestFinished);
  const receiver = await startWebhookReceiver(onTestFinished);
  const site = await startSite(onTestFinished, folder);
  const file = join(folder, 'ahead');
  const setAhead = (ms: number) => {
    writeFileSync(`${file}.new`, String(ms));
    renameSync(`${file}.new`, file);
  };
  setAhead(0);
  await writeConfig(
    folder,
    `${site.config}store: ./store.db
lane: { alertAfter: 3650 days }
destinations:
  - { name: calm, kind: webhook, url: '${receiver.url}/calm' }
  - { name: hook, kind: webhook, url: '${receiver.url}/hook', sendRecurring: false }
`,
  );
  const program = startService(onTestFinished, folder, {
    env: {
      NODE_OPTIONS: `--import="data:text/javascript,Math.random=()=>0" ${steppedClock}`,
      CLOCK_AHEAD_FILE: file,
    },
  });
  const calls = (path: string) => receiver.calls.items.filter((call) => call.path === path);
  const accepted = (path: string) => alertsIn(calls(path).filter(({ isAccepted }) => isAccepted));
  /** Checks that were made, and told, with the clock as it is now. */
  const checksAfter = async (ahead: number) => {
    setAhead(ahead);
    const isNow = (at: string) => Math.abs(Date.parse(at) - Date.now() - ahead) < 20_000;
    const before = calls('/calm').length;
    await receiver.calls.until(
      () =>
        calls('/calm')
          .slice(before)
          .filter(({ body }) => body.topic === 'status' && isNow(body.occurredAt)).length >= 3,
    );
  };
  await receiver.calls.until(() => accepted('/hook').length > 0);
  for (const ahead of [3 * HOUR_MS, 0, -5 * HOUR_MS, 0]) await checksAfter(ahead);
  expect(accepted('/hook').map(nameOf)).toEqual(['expiring 30']);

  // From here on the hook takes nothing: what waits must neither be given up nor wait for a time years ahead.
  receiver.answerAll({ status: 503 });
  site.endsIn(14);
  await receiver.calls.until(() => calls('/hook').some(({ isAccepted }) => !isAccepted));
  receiver.answer('/calm', ...Array.from({ length: 500 }, () => ({ status: 200 })));
  await checksAfter(2 * YEAR_MS);
  await checksAfter(0);
  receiver.answerAll({ status: 200 });
  site.endsIn(365);
  await receiver.calls.until(() =>
    ['/hook', '/calm'].every(
      (path) =>
        accepted(path).at(-1)?.kind === 'renewed' &&
        accepted(path).at(-1)?.expiryDateStr === site.dateIn(365),
    ),
  );
  expect(await program.stop()).toMatchObject({ code: 0 });
  expect(program.stderr()).toBe('');
  for (const path of ['/calm', '/hook']) {
    const alerts = accepted(path);
    expect(alerts).toEqual(firstArrivals(alerts));
  }
  expect(accepted('/hook')).toEqual(accepted('/calm'));
  // Each is true by the clock of its moment.
  expect(accepted('/calm').map(nameOf)).toEqual([
    'expiring 30',
    'shortened',
    'expiring 14',
    'expired',
    'remark',
    'recovered',
    'renewed',
  ]);
  // A check that ended while the program stopped may have left its status for the next start.
  const left = await readStore(folder, async (store) => ({
    lanes: await store.laneSummaries(),
    topics: [...(await store.nextRows('calm', 10)), ...(await store.nextRows('hook', 10))].map(
      ({ message }) => message.topic,
    ),
  }));
  expect(left.topics).not.toContain('alert');
  expect(left.topics.length).toBeLessThan(3);
  expect(left.lanes).toMatchObject([
    { deadLetters: 0, lane: { nextAttemptAt: null, failingSince: null } },
    { deadLetters: 0, lane: { nextAttemptAt: null, failingSince: null } },
  ]);
});
