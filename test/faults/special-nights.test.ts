/** The real program through the nights in which clocks change, and through a leap day: each day counts, each once. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { preload } from '../end-to-end/preload.ts';
import { newFolder, startService, writeConfig } from '../end-to-end/program.ts';
import { alertsIn, nameOf, startWebhookReceiver, statusesIn } from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';

const steppedClock = preload(new URL('stepped-clock.ts', import.meta.url));

/** The moments are worked out by hand: midnight begins the special day, `change` is within it, `nextMidnight` ends it. */
const nights = [
  {
    name: 'Berlin loses an hour',
    timeZone: 'Europe/Berlin',
    endDate: '2027-04-07',
    midnight: '2027-03-27T23:00:00Z',
    change: '2027-03-28T01:00:00Z',
    nextMidnight: '2027-03-28T22:00:00Z',
  },
  {
    name: 'Berlin has an hour twice',
    timeZone: 'Europe/Berlin',
    endDate: '2027-11-10',
    midnight: '2027-10-30T22:00:00Z',
    change: '2027-10-31T01:00:00Z',
    nextMidnight: '2027-10-31T23:00:00Z',
  },
  {
    name: 'New York loses an hour',
    timeZone: 'America/New_York',
    endDate: '2027-03-24',
    midnight: '2027-03-14T05:00:00Z',
    change: '2027-03-14T07:00:00Z',
    nextMidnight: '2027-03-15T04:00:00Z',
  },
  {
    name: 'New York has an hour twice',
    timeZone: 'America/New_York',
    endDate: '2027-11-17',
    midnight: '2027-11-07T04:00:00Z',
    change: '2027-11-07T06:00:00Z',
    nextMidnight: '2027-11-08T05:00:00Z',
  },
  {
    name: 'a year has a 29th of February',
    timeZone: 'Europe/Berlin',
    endDate: '2028-03-10',
    midnight: '2028-02-28T23:00:00Z',
    change: '2028-02-29T12:00:00Z',
    nextMidnight: '2028-02-29T23:00:00Z',
  },
];
const HALF_AN_HOUR_MS = 1_800_000;

it.concurrent.for(nights)(
  '$name, and every day is announced once, with its number',
  {
    timeout: 120_000,
  },
  async ({ timeZone, endDate, ...at }, { onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const receiver = await startWebhookReceiver(onTestFinished);
    const site = await startSite(onTestFinished, folder);
    site.setLicense(signedLicense({ endDate }));
    const [midnight, change, nextMidnight] = [at.midnight, at.change, at.nextMidnight].map(Date.parse) as [
      number,
      number,
      number,
    ];
    const file = join(folder, 'ahead');
    const setClock = (ms: number) => {
      writeFileSync(`${file}.new`, String(ms - Date.now()));
      renameSync(`${file}.new`, file);
    };
    setClock(midnight - 4 * HALF_AN_HOUR_MS);
    await writeConfig(
      folder,
      `${site.config.replace(site.timeZone, timeZone)}store: ./store.db
alerts: { thresholdDays: [12, 11, 10, 9, 8] }
destinations: [{ name: hook, kind: webhook, url: '${receiver.url}/hook' }]
`,
    );
    const program = startService(onTestFinished, folder, {
      env: {
        NODE_OPTIONS: `--import="data:text/javascript,Math.random=()=>0" ${steppedClock}`,
        CLOCK_AHEAD_FILE: file,
      },
    });
    const statuses = () =>
      statusesIn(receiver.calls.items).map(({ occurredAt, daysUntilExpiry }) => ({
        atMs: Date.parse(occurredAt),
        daysUntilExpiry,
      }));
    const isCheckedAfter = (ms: number) =>
      receiver.calls.until(() => statuses().some(({ atMs }) => atMs >= ms && atMs < ms + 600_000));

    await isCheckedAfter(midnight - 4 * HALF_AN_HOUR_MS);
    // Over each of these moments the clock goes by itself.
    for (const moment of [
      midnight,
      change - HALF_AN_HOUR_MS,
      change,
      change + HALF_AN_HOUR_MS,
      nextMidnight,
    ]) {
      setClock(moment - 1_500);
      await isCheckedAfter(moment);
    }
    expect(await program.stop()).toMatchObject({ code: 0 });

    for (const { atMs, daysUntilExpiry } of statuses()) {
      expect(daysUntilExpiry).toBe(atMs < midnight ? 11 : atMs < nextMidnight ? 10 : 9);
    }
    const told = alertsIn(receiver.calls.items).filter(({ kind }) => kind === 'expiring');
    expect(told.map((alert) => [nameOf(alert), alert.daysUntilExpiry])).toEqual([
      ['expiring 11', 11],
      ['expiring 10', 10],
      ['expiring 9', 9],
    ]);
    expect(alertsIn(receiver.calls.items).filter(({ severity }) => severity === 'info')).toEqual([]);
  },
);
