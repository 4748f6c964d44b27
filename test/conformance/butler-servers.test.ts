/** Butler's cases that need a real server, and those about settings that are refused. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { DestinationSection } from '../../src/delivery/registry.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startInfluxd } from '../servers/influxd.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { retainedOn } from '../servers/mqtt-subscriber.ts';
import { eventsOf } from './butler-receivers.ts';
import { asButler, expiryTopic, startRig, statusTopic } from './butler-rig.ts';

describe('a section', () => {
  it.each([
    [
      'C23: with a method that does not exist',
      { kind: 'webhook', url: 'http://h', method: 'DELETE' },
      'method',
    ],
    ['C23: with an authority that is no path', { kind: 'webhook', url: 'http://h', ca: 5 }, 'ca'],
    [
      'C27: of InfluxDB 2 without its organization',
      { kind: 'influxdb', version: 2, bucket: 'b', token: 't' },
      'org',
    ],
    [
      'C27: of InfluxDB 2 without its bucket',
      { kind: 'influxdb', version: 2, org: 'o', token: 't' },
      'bucket',
    ],
    [
      'C27: of InfluxDB 2 without its token',
      { kind: 'influxdb', version: 2, org: 'o', bucket: 'b' },
      'token',
    ],
    ['C27: of InfluxDB 3 without its database', { kind: 'influxdb', version: 3, token: 't' }, 'database'],
  ])('%s is refused', (_, section, setting) => {
    const { error } = DestinationSection.safeParse({ name: 'x', url: 'http://h', ...section });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([setting]);
  });
});

describeWith(['influxd'], 'a real InfluxDB', () => {
  it('N8: that is not there at the start gets its database and every point once it is', async () => {
    const server = await startInfluxd();
    onTestFinished(() => server.remove());
    await server.stop();
    const hook = await startHttpReceiver();
    onTestFinished(() => hook.stop());
    const policy = { defaultRetentionPolicy: '10d', retentionDuration: '10d' };
    const rig = await startRig([
      { ...asButler.influxdb, version: 1, url: server.url, database: 'butler', ...policy },
      { kind: 'webhook', url: hook.url },
    ]);
    // Within the 10 days that the policy keeps, whatever day it is.
    rig.clock.jump(Date.now() - rig.clock.now().getTime());
    const license = signedLicense({ endDate: '2099-12-31' });
    for (let poll = 0; poll < 3; poll += 1) {
      await rig.check({ license });
      await rig.clock.advance(1_000);
    }
    await rig.delivered(1);
    expect(eventsOf(hook)).toHaveLength(3);
    await server.start();
    await rig.delivered();
    const [points] = await server.query('SELECT days_until_expiry FROM qlik_sense_server_license', 'butler');
    expect(points!.values).toHaveLength(3);
  });
});

describeWith(['mosquitto'], 'a real broker', () => {
  it('N21: that wants a user and password keeps the status for those who come later', async () => {
    await using broker = await startMosquitto({ users: { sentinel: 's3cret' } });
    const login = { user: 'sentinel', password: 's3cret' };
    const rig = await startRig([{ ...asButler.mqtt, url: broker.url, retainStatus: true, ...login }]);
    await rig.check({ license: signedLicense({ endDate: '2026-12-24' }) });
    await rig.delivered();
    const retained = await retainedOn(broker.url, { username: 'sentinel', password: 's3cret' });
    expect(JSON.parse(retained[statusTopic]!)).toMatchObject({
      licenseExpired: false,
      expiryDateStr: '2026-12-24',
      daysUntilExpiry: 30,
    });
    expect(retained[expiryTopic]).toBeUndefined();
  });
});
