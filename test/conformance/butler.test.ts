/** Butler's recorded runs, replayed: the same where Butler is right, else ours with the fault that makes the difference. */
import { describe, expect, it } from 'vitest';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { eventsOf, received, startReceivers } from './butler-receivers.ts';
import { expiryTopic, startRig, statusTopic } from './butler-rig.ts';
import { scenarios } from './butler-scenarios.ts';

describe('a license as Butler recorded it', () => {
  it.each(scenarios)('$name: as Butler, but for $faults', async ({ license, butler, ours, faults }) => {
    expect(faults.length > 0, 'a difference has a fault, and a fault a difference').toBe(ours !== undefined);
    if (ours !== undefined) expect(ours).not.toEqual(butler);
    const receivers = await startReceivers();
    const rig = await startRig([receivers.influxdb, receivers.mqtt, receivers.webhook]);

    await rig.check({ license });
    await rig.delivered();

    expect(await received(receivers)).toEqual(ours ?? butler);
    const lines = receivers.influx.lines.filter((line) => line.startsWith('qlik_sense_server_license,'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^qlik_sense_server_license,env=lab,foo=bar /);
    expect(receivers.influx.lines.join('\n')).not.toMatch(/null|NaN|undefined/);
  });

  it('is told again at the next check, as Butler does', async () => {
    const receivers = await startReceivers();
    const rig = await startRig([receivers.mqtt, receivers.webhook]);
    for (let poll = 0; poll < 2; poll += 1) {
      await rig.check({ license: signedLicense({ endDate: '2026-12-24' }) });
      await rig.clock.advance(86_400_000);
    }
    await rig.delivered();
    expect(eventsOf(receivers.hook)).toEqual([
      'server license about to expire alert',
      'server license status',
      'server license about to expire alert',
      'server license status',
    ]);
    expect((await received(receivers)).lines).toEqual([
      'Qlik Sense server license is about to expire in 30 days, on 2026-12-24',
      'Qlik Sense server license is about to expire in 29 days, on 2026-12-24',
    ]);
  });
});

describe('sendRecurring and sendAlert', () => {
  const switches = [true, false];
  const cells = switches.flatMap((a) =>
    switches.flatMap((b) =>
      switches.flatMap((c) =>
        switches.map((d) => ({
          mqtt: { sendRecurring: a, sendAlert: b },
          webhook: { sendRecurring: c, sendAlert: d },
        })),
      ),
    ),
  );
  const states = [
    { state: '200 days', endDate: '2027-06-12', event: undefined },
    { state: '30 days', endDate: '2026-12-24', event: 'server license about to expire alert' },
    { state: 'expired', endDate: '2026-11-19', event: 'server license has expired alert' },
  ];
  const table = states.flatMap((state) => cells.map((cell) => ({ ...state, ...cell })));

  it.each(table)(
    '$state: MQTT obeys $mqtt.sendRecurring, $mqtt.sendAlert, the webhook $webhook.sendRecurring, $webhook.sendAlert (C9, C10, P4, P5, D6)',
    async ({ endDate, event, mqtt, webhook }) => {
      const receivers = await startReceivers();
      const rig = await startRig([
        { ...receivers.mqtt, ...mqtt },
        { ...receivers.webhook, ...webhook },
      ]);
      const license = { ...signedLicense({ endDate }), isExpired: endDate < '2026-11-24' };

      await rig.check({ license });
      await rig.delivered();

      expect((await receivers.published()).map(({ topic }) => topic)).toEqual([
        ...(mqtt.sendAlert && event ? [expiryTopic] : []),
        ...(mqtt.sendRecurring ? [statusTopic] : []),
      ]);
      expect(eventsOf(receivers.hook)).toEqual([
        ...(webhook.sendAlert && event ? [event] : []),
        ...(webhook.sendRecurring ? ['server license status'] : []),
      ]);
    },
  );
});
