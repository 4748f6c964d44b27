/** The person on call opens a link from an alert. */
import { expect, it } from 'vitest';
import { alertsIn, startWebhookReceiver } from './receivers.ts';
import { prepareService } from './running-or-not.ts';

it('an alert leads to the page of its site, and one about a destination to the deliveries', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const service = await prepareService(onTestFinished, 30);
  const receiver = await startWebhookReceiver(onTestFinished);
  await service.configure({
    web: { listen: `127.0.0.1:${service.port}`, publicUrl: 'https://licenses.example.com/sense/' },
    destinations: [
      { name: 'hook', kind: 'webhook', url: `${receiver.url}/hook` },
      { name: 'gone', kind: 'webhook', url: `${receiver.url}/gone` },
    ],
  });
  // A message that is refused for good is a dead letter, which is told to the others.
  receiver.answer('/gone', { status: 410 });
  await service.start();
  const alerts = () => alertsIn(receiver.calls.items.filter(({ path }) => path === '/hook'));
  await receiver.calls.until(() => new Set(alerts().map(({ kind }) => kind)).size > 1);
  const links = new Map(alerts().map(({ kind, link }) => [kind, link]));
  expect(Object.fromEntries(links)).toEqual({
    expiring: 'https://licenses.example.com/sense/#/site/prod',
    'dead-letter': 'https://licenses.example.com/sense/#/deliveries',
  });
});
