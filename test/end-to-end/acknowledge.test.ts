/** Acknowledging a running service, with alerts in the classic form: one threshold, repeated at every check. */
import { expect, it, type TestContext } from 'vitest';
import type { Acknowledged, SiteDetail } from '../../src/web/api.ts';
import { freePort } from '../servers/free-port.ts';
import { newFolder, startService, writeConfig } from './program.ts';
import { alertsIn, hasAlert, startWebhookReceiver, statusesIn } from './receivers.ts';
import { startSite } from './site.ts';

async function start(cleanup: TestContext['onTestFinished'], everyReminder: string) {
  const folder = await newFolder(cleanup);
  const site = await startSite(cleanup, folder, 30);
  const receiver = await startWebhookReceiver(cleanup);
  const port = await freePort();
  await writeConfig(
    folder,
    `${site.config.replace('web: false', `web: { listen: "127.0.0.1:${port}" }`)}
alerts: { thresholdDays: 60, remind: every-check, remindFromDays: 60 }
destinations:
  - { name: hook, kind: webhook, url: ${receiver.url}/hook, sendRecurring: true${everyReminder} }
store: ./store.db
`,
  );
  const isServed = ({ msg }: { readonly msg: string }) => msg === 'the page is served';
  const program = startService(cleanup, folder);
  await program.whenLogged(isServed);
  const api = `http://127.0.0.1:${port}/api/v1/sites/prod`;
  const alerts = () => alertsIn(receiver.calls.items);
  return {
    folder,
    site,
    receiver,
    program,
    isServed,
    alerts,
    reminders: () => alerts().filter(({ reminder }) => reminder).length,
    detail: async () => (await (await fetch(api)).json()) as SiteDetail,
    acknowledge: async (body: object) => {
      const answer = await fetch(`${api}/acknowledgement`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Acknowledged };
    },
    withdraw: () => fetch(`${api}/acknowledgement?by=Bert`, { method: 'DELETE' }),
    /** So many more checks arrived as status. */
    checks: (count: number) => {
      const from = statusesIn(receiver.calls.items).length;
      return receiver.calls.until((calls) => statusesIn(calls).length >= from + count);
    },
  };
}

it.concurrent.for([
  ['every one', ''],
  ['not every one', ', repeatsAtMostEvery: 10 ms'],
] as const)(
  'a destination that gets reminders at every check, %s, hears nothing while acknowledged, also after kill -9',
  {
    timeout: 120_000,
  },
  async ([, everyReminder], { onTestFinished }) => {
    const service = await start(onTestFinished, everyReminder);
    const { receiver, alerts, reminders, checks } = service;
    await receiver.calls.until(() => reminders() >= 2);

    const done = await service.acknowledge({ by: 'Anna', why: 'the renewal is ordered', until: 'next-rung' });
    expect(done).toMatchObject({
      status: 200,
      body: { acknowledgement: { by: 'Anna', until: 'next-rung' } },
    });
    await receiver.calls.until(hasAlert('acknowledged'));
    const before = alerts().length;
    await checks(3);
    expect(alerts()).toHaveLength(before);
    expect(statusesIn(receiver.calls.items).at(-1)).toMatchObject({
      acknowledgement: { by: 'Anna', why: 'the renewal is ordered', coversExpiredAndBlocked: false },
      daysUntilExpiry: 30,
    });

    await service.program.kill9();
    await startService(onTestFinished, service.folder).whenLogged(service.isServed);
    await checks(3);
    expect(alerts()).toHaveLength(before);
    expect((await service.detail()).acknowledgement).toMatchObject({ by: 'Anna' });

    expect((await service.withdraw()).status).toBe(200);
    await receiver.calls.until(() => alerts().length >= before + 3);
    expect(
      alerts()
        .slice(before)
        .map(({ kind, acknowledgement }) => [kind, acknowledgement]),
    ).toEqual(
      expect.arrayContaining([
        ['acknowledgement-withdrawn', null],
        ['expiring', null],
      ]),
    );
  },
);

it.concurrent('an acknowledged license that expires is told all the same', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const { receiver, acknowledge, site, detail } = await start(onTestFinished, '');
  await receiver.calls.until(hasAlert('expiring 60'));
  await acknowledge({ by: 'Anna', why: 'known', until: 'next-rung' });
  await receiver.calls.until(hasAlert('acknowledged'));
  site.expires();
  await receiver.calls.until(hasAlert('expired'));
  expect((await detail()).acknowledgement).toBeNull();
});
