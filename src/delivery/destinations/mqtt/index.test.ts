import { expect, it } from 'vitest';
import { openMqttDestination, soon } from '../../../../test/contracts/mqtt-destination.ts';
import { alertMessage } from '../../../../test/fakes/messages.ts';

it('reads its certificates from the disk', async () => {
  await using destination = await openMqttDestination({ url: 'mqtts://127.0.0.1', ca: '/no/such/ca.pem' });
  expect(await destination.deliver([alertMessage()], soon())).toEqual([
    { kind: 'deferred', reason: 'tls', detail: 'Cannot read /no/such/ca.pem (ENOENT).' },
  ]);
});
