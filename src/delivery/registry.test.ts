import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { startHttpReceiver } from '../../test/fakes/http-receiver.ts';
import { statusMessage } from '../../test/fakes/messages.ts';
import { silentLogger } from '../platform/logger.ts';
import { DestinationSection, destinationKinds, keepsEveryStatus, openDestination } from './registry.ts';

it('lists every destination folder, and only those', () => {
  const folders = readdirSync(new URL('./destinations', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(Object.keys(destinationKinds).sort()).toEqual(folders.sort());
});

const samples = {
  influxdb: { version: 2, url: 'http://127.0.0.1:8086', org: 'ops', bucket: 'qlik', token: 't0ken' },
  mqtt: { url: 'mqtt://127.0.0.1' },
  webhook: { url: 'http://127.0.0.1:9999/hook' },
} as const;

it.each(Object.keys(destinationKinds) as (keyof typeof destinationKinds)[])(
  'knows a section of kind %s by that word, and has the settings of every destination in it',
  (kind) => {
    const config = DestinationSection.parse({ name: 'there', kind, ...samples[kind] });
    expect(config).toMatchObject({ name: 'there', kind, sendRecurring: true, sendAlert: true });
    expect(keepsEveryStatus(config)).toBe(kind === 'influxdb');
  },
);

it('opens what the section describes', async () => {
  const config = DestinationSection.parse({ name: 'hook', kind: 'webhook', ...samples.webhook });
  const destination = await openDestination(config, {
    clock: new FakeClock(),
    logger: silentLogger,
    latestStatuses: async () => [],
  });
  expect(destination.maxBatch).toBeGreaterThanOrEqual(1);
  await destination.close();
});

it.each([
  [{}, 3],
  [{ repeatsAtMostEvery: '1 min' }, 1],
])('sends repeats or drops them as the section says: %j', async (settings, requests) => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const config = DestinationSection.parse({ name: 'hook', kind: 'webhook', url: receiver.url, ...settings });
  const destination = await openDestination(config, {
    clock: new FakeClock(),
    logger: silentLogger,
    latestStatuses: async () => [],
  });
  onTestFinished(() => destination.close());
  for (let time = 0; time < 3; time += 1) {
    expect(await destination.deliver([statusMessage()], AbortSignal.timeout(5_000))).toEqual([
      { kind: 'accepted' },
    ]);
  }
  expect(receiver.received).toHaveLength(requests);
});

it('refuses a kind that there is not, and names those that there are', () => {
  const result = DestinationSection.safeParse({ name: 'x', kind: 'pigeon' });
  expect(result.error?.issues[0]).toMatchObject({ code: 'invalid_union', path: ['kind'] });
});
