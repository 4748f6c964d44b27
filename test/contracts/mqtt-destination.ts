/** What the MQTT destination does whatever the broker and the protocol version. */
import { describe, expect, it } from 'vitest';
import type { Destination, DestinationTools } from '../../src/delivery/destination.ts';
import { mqtt } from '../../src/delivery/destinations/mqtt/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { alertMessage, builtAt, statusMessage } from '../fakes/messages.ts';
import { retainedOn, subscribe } from '../servers/mqtt-subscriber.ts';
import { startTcpProxy } from '../servers/tcp-proxy.ts';

export interface OpenedMqtt extends Destination {
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the destination as the configuration would, and closes it at the end of the test unless it did so itself. */
export async function openMqttDestination(
  settings: Readonly<Record<string, unknown>>,
  tools: Partial<DestinationTools> = {},
): Promise<OpenedMqtt> {
  const config = mqtt.section.parse({ kind: 'mqtt', name: 'broker', ...settings });
  const destination = await mqtt.open(config, {
    clock: systemClock,
    logger: silentLogger,
    latestStatuses: async () => [],
    ...tools,
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= destination.close());
  return { ...destination, close, [Symbol.asyncDispose]: close };
}

/** A deadline that never comes in a test that passes. */
export const soon = () => AbortSignal.timeout(10_000);

export const availability = 'license-sentinel/availability';

export interface BrokerUnderTest {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export function describeMqttDestination(
  broker: string,
  start: () => Promise<BrokerUnderTest>,
  settings: Readonly<Record<string, unknown>> = {},
): void {
  describe(`the MQTT destination with ${broker}`, () => {
    it('hands over a batch in order, as soon as the broker is there', async () => {
      await using server = await start();
      await using subscriber = await subscribe(server.url, 'license-sentinel/+/alert');
      await using destination = await openMqttDestination({ url: server.url, ...settings });
      const batch = Array.from({ length: 100 }, (_, n) => alertMessage({ id: `alert-${n}` }));

      expect(await destination.deliver(batch, soon())).toEqual(batch.map(() => ({ kind: 'accepted' })));

      const received = await subscriber.until((all) => all.length === batch.length);
      expect(received.map(({ text }) => idOf(text))).toEqual(batch.map(({ id }) => id));
    });

    it('lets the broker keep the last status of each site, and no alert', async () => {
      await using server = await start();
      await using destination = await openMqttDestination({ url: server.url, ...settings });

      await destination.deliver(
        [
          statusMessage({ id: 'old', site: 'prod' }),
          statusMessage({ id: 'new', site: 'prod', occurredAt: builtAt + 1 }),
          statusMessage({ id: 'other', site: 'test' }),
          alertMessage(),
        ],
        soon(),
      );

      const retained = await retainedOn(server.url);
      expect(Object.keys(retained).sort()).toEqual([
        availability,
        'license-sentinel/prod/status',
        'license-sentinel/test/status',
      ]);
      expect(idOf(retained['license-sentinel/prod/status']!)).toBe('new');
    });

    it('says online, and offline when it is closed', async () => {
      await using server = await start();
      const destination = await openMqttDestination({ url: server.url, ...settings });
      await destination.deliver([alertMessage()], soon());
      expect(await retainedOn(server.url)).toEqual({ [availability]: 'online' });

      await destination.close();
      expect(await retainedOn(server.url)).toEqual({ [availability]: 'offline' });
    });

    it('has the broker say offline when the connection breaks, and comes back with the whole state', async () => {
      await using server = await start();
      await using proxy = await startTcpProxy(Number(new URL(server.url).port));
      await using subscriber = await subscribe(server.url);
      const statuses = [statusMessage({ site: 'prod' }), statusMessage({ site: 'test', id: 'status-2' })];
      await using destination = await openMqttDestination(
        { url: `mqtt://127.0.0.1:${proxy.port}`, ...settings },
        { latestStatuses: async () => statuses },
      );
      const said = (text: string) =>
        subscriber.received.filter((one) => one.topic === availability && one.text === text).length;
      const told = () => subscriber.received.filter(({ topic }) => topic.endsWith('/status')).length;
      await destination.deliver([alertMessage()], soon());
      await subscriber.until(() => said('online') === 1 && told() === 2);

      proxy.cut();

      await subscriber.until(() => said('offline') === 1);
      // The other end may hear of the break first: then the first attempt still meets the broken connection.
      const [first] = await destination.deliver([alertMessage()], soon());
      if (first!.kind !== 'accepted') {
        expect(await destination.deliver([alertMessage()], soon())).toEqual([{ kind: 'accepted' }]);
      }
      await subscriber.until(() => said('online') === 2 && told() === 4);
    });

    it('does not let an older status follow a newer one', async () => {
      await using server = await start();
      const newest = statusMessage({ id: 'newest', occurredAt: builtAt });
      await using destination = await openMqttDestination(
        { url: server.url, ...settings },
        { latestStatuses: async () => [newest], clock: { ...systemClock, now: () => new Date(builtAt) } },
      );

      const outcomes = await destination.deliver(
        [statusMessage({ id: 'waited', occurredAt: builtAt - 1 })],
        soon(),
      );

      expect(outcomes).toEqual([{ kind: 'accepted' }]);
      expect(idOf((await retainedOn(server.url))['license-sentinel/prod/status']!)).toBe('newest');
    });

    it('counts nothing as accepted that the broker has not confirmed', async () => {
      await using server = await start();
      await using proxy = await startTcpProxy(Number(new URL(server.url).port));
      await using subscriber = await subscribe(server.url, 'license-sentinel/+/alert');
      await using destination = await openMqttDestination({
        url: `mqtt://127.0.0.1:${proxy.port}`,
        ...settings,
      });
      await destination.deliver([alertMessage({ id: 'first' })], soon());
      proxy.mute();

      const batch = [alertMessage({ id: 'second' }), alertMessage({ id: 'third' })];
      const outcomes = await destination.deliver(batch, AbortSignal.timeout(200));

      expect(outcomes).toHaveLength(2);
      expect(outcomes[0]).toMatchObject({ kind: 'deferred', reason: 'timeout' });
      expect(outcomes[1]).toMatchObject({ kind: 'deferred', reason: 'timeout' });
      // At quality of service 2 they reach nobody before the broker has heard from us again.
      if (settings['qos'] === 2) return;
      const received = await subscriber.until((all) => all.length >= 3);
      expect(received.map(({ text }) => idOf(text))).toEqual(['first', 'second', 'third']);
    });

    it('sends nothing behind the back of the outbox once the connection is back', async () => {
      await using server = await start();
      await using proxy = await startTcpProxy(Number(new URL(server.url).port));
      await using destination = await openMqttDestination({
        url: `mqtt://127.0.0.1:${proxy.port}`,
        ...settings,
      });
      await destination.deliver([alertMessage({ id: 'first' })], soon());
      const cut = destination.deliver([alertMessage({ id: 'cut' })], soon());
      proxy.cut();
      expect((await cut)[0]).toMatchObject({ kind: 'deferred', reason: 'unreachable' });

      await using subscriber = await subscribe(server.url, 'license-sentinel/+/alert');
      expect(await destination.deliver([alertMessage({ id: 'last' })], soon())).toEqual([
        { kind: 'accepted' },
      ]);
      const received = await subscriber.until((all) => all.some(({ text }) => idOf(text) === 'last'));
      expect(received.map(({ text }) => idOf(text))).toEqual(['last']);
    });

    it('counts a message as accepted when it comes back, where that is wanted', async () => {
      await using server = await start();
      await using destination = await openMqttDestination({ url: server.url, confirm: true, ...settings });
      const batch = [statusMessage(), alertMessage(), alertMessage({ id: 'service', site: null })];
      expect(await destination.deliver(batch, soon())).toEqual(batch.map(() => ({ kind: 'accepted' })));
      // The same again, as after a crash between delivery and settling.
      expect(await destination.deliver(batch, soon())).toEqual(batch.map(() => ({ kind: 'accepted' })));
    });
  });
}

export function idOf(text: string): unknown {
  return (JSON.parse(text) as { id: unknown }).id;
}
