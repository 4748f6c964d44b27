/** Cases out of Butler's own unit tests (C) and out of the runs in which it failed (N), for checks and destinations. */
import { describe, expect, it } from 'vitest';
import { pointOfVersion } from '../../src/license/points.ts';
import type { ProductVersion } from '../../src/license/product-version.ts';
import { expiredLicense, signedLicense } from '../../src/simulator/license-text.ts';
import { statusMessage } from '../fakes/messages.ts';
import { eventOf, eventsOf, received, startReceivers } from './butler-receivers.ts';
import { senseAnsweredWith500, startRig, statusTopic } from './butler-rig.ts';

const DAY = 86_400_000;
const ending = (endDate: string) => ({ license: signedLicense({ endDate }) });

/** All three destinations, as someone from Butler has them. */
async function allThree() {
  const receivers = await startReceivers();
  const rig = await startRig([receivers.influxdb, receivers.mqtt, receivers.webhook]);
  return { receivers, rig };
}

describe('a check', () => {
  it('C1: reaches InfluxDB, MQTT and webhook the first time', async () => {
    const { receivers, rig } = await allThree();
    await rig.check(ending('2027-06-12'));
    await rig.delivered();
    expect(receivers.influx.lines).toHaveLength(1);
    expect((await receivers.published()).map(({ topic }) => topic)).toEqual([statusTopic]);
    expect(eventsOf(receivers.hook)).toEqual(['server license status']);
  });

  it('C6, C22: sends nothing when there is no destination', async () => {
    const rig = await startRig([]);
    await rig.check(ending('2026-12-24'));
    expect(await rig.store.laneSummaries()).toEqual([]);
  });

  it('C8: finds the license missing when the answer is null, and says so', async () => {
    const { receivers, rig } = await allThree();
    await rig.check({ license: null });
    await rig.delivered();
    expect(await received(receivers)).toEqual({
      fields: { license_expired: 'false' },
      status: { licenseExpired: false, expiryDateStr: null, daysUntilExpiry: null },
      events: ['server license missing'],
      lines: [],
    });
  });

  it('C7, N15: tells every destination that Sense cannot be read, at once in the status, later as an alert', async () => {
    const { receivers, rig } = await allThree();
    await rig.check(ending('2026-12-24'));
    for (let failures = 0; failures < 3; failures += 1) {
      await rig.clock.advance(3_600_000);
      await rig.check(senseAnsweredWith500);
    }
    await rig.delivered();

    const failed = receivers.influx.lines.filter((line) => line.includes('reachable=false'));
    expect(failed).toHaveLength(3);
    const statuses = (await receivers.published()).filter(({ topic }) => topic === statusTopic);
    expect(statuses.map(({ text }) => (JSON.parse(text) as { reachable: boolean }).reachable)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const alerts = receivers.hook.received.filter((one) => eventOf(one) === 'qlik sense site unreachable');
    expect(alerts).toHaveLength(1);
    expect(JSON.parse(alerts[0]!.body)).toMatchObject({
      title: expect.stringContaining('since 2026-11-24'),
      text: expect.stringContaining('HTTP 500'),
    });
    const points = receivers.influx.lines.filter((line) => line.includes('kind=unreachable'));
    expect(points).toHaveLength(1);
  });

  it('N13: tells of "about to expire" and then of "has expired" at once, also where repeats are held back', async () => {
    const receivers = await startReceivers();
    const held = { repeatsAtMostEvery: '5 min' };
    const rig = await startRig([
      { ...receivers.mqtt, ...held },
      { ...receivers.webhook, ...held },
    ]);
    await rig.check(ending('2026-11-25'));
    await rig.check({ license: expiredLicense({ endDate: '2026-11-25' }) });
    await rig.clock.advance(2 * DAY);
    await rig.check({ license: expiredLicense({ endDate: '2026-11-25' }) });
    await rig.delivered();
    const alerts = eventsOf(receivers.hook).filter((event) => /about|expired/.test(event));
    expect(alerts).toEqual(['server license about to expire alert', 'server license has expired alert']);
    expect((await received(receivers)).lines).toEqual([
      'Qlik Sense server license is about to expire in 1 days, on 2026-11-25',
      'Qlik Sense server license expired',
    ]);
  });

  it('N14: tells of a renewal, and of nothing that expires after it', async () => {
    const { receivers, rig } = await allThree();
    await rig.check(ending('2026-12-24'));
    await rig.clock.advance(DAY);
    await rig.check(ending('2027-12-24'));
    await rig.delivered();
    expect((await received(receivers)).events).toEqual([
      'server license about to expire alert',
      'server license renewed',
    ]);
    const renewed = receivers.hook.received.find((one) => eventOf(one) === 'server license renewed');
    expect(JSON.parse(renewed!.body)).toMatchObject({ licenseExpired: false, expiryDateStr: '2027-12-24' });
  });
});

describe('points', () => {
  const about: ProductVersion = {
    contentHash: 'abc',
    copyrightYearRange: '1993-2026',
    deploymentType: 'QlikSenseServer',
    deprecatedProductVersion: '4.0.X',
    productName: 'Qlik Sense',
    releaseLabel: 'May 2026',
    senseId: 'qliksenseserver:14.1.0',
    version: '14.1.0',
    repositoryVersion: null,
    source: 'about-service',
  };

  const versionLine = async (version: ProductVersion) => {
    const { receivers, rig } = await allThree();
    const points = [pointOfVersion({ site: 'prod', tags: {}, at: 1, version })];
    await rig.send(statusMessage({ points }));
    await rig.delivered();
    return receivers.influx.lines[0];
  };

  it('C28: of the version have the eight texts of Butler, with global and own tags', async () => {
    expect(await versionLine(about)).toBe(
      'qlik_sense_version,env=lab,foo=global content_hash="abc",copyright_year_range="1993-2026",' +
        'deployment_type="QlikSenseServer",deprecated_product_version="4.0.X",product_name="Qlik Sense",' +
        'release_label="May 2026",sense_id="qliksenseserver:14.1.0",version="14.1.0" 1',
    );
  });

  it('N20: of the version leave out a text that is missing', async () => {
    const line = await versionLine({ ...about, contentHash: null, releaseLabel: null });
    expect(line).toMatch(/^qlik_sense_version,env=lab,foo=global copyright_year_range="1993-2026",/);
    expect(line).not.toMatch(/content_hash|release_label|undefined|null/);
  });

  it('P3: have the tag butler_instance when the configuration has it, as any other', async () => {
    const receivers = await startReceivers();
    const rig = await startRig([{ ...receivers.influxdb, tags: { env: 'lab', butler_instance: 'one' } }]);
    await rig.check(ending('2027-06-12'));
    await rig.delivered();
    expect(receivers.influx.lines[0]).toMatch(
      /^qlik_sense_server_license,env=lab,butler_instance=one,foo=bar /,
    );
  });

  it('P7: tell of an alert, too', async () => {
    const { receivers, rig } = await allThree();
    await rig.check(ending('2026-12-24'));
    await rig.delivered();
    expect(receivers.influx.lines.filter((line) => line.includes('_alert,'))).toEqual([
      expect.stringMatching(
        /^qlik_sense_server_license_alert,env=lab,foo=global,kind=expiring,severity=\w+ .*days_until_expiry=30/,
      ),
    ]);
  });

  it('N9: leave out a tag whose value is empty', async () => {
    const receivers = await startReceivers();
    const tags = { env: 'lab', empty: '' };
    const measurementTags = { qlik_sense_server_license: { foo: 'bar', none: '' } };
    const rig = await startRig([{ ...receivers.influxdb, tags, measurementTags }]);
    await rig.check(ending('2027-06-12'));
    await rig.delivered();
    expect(receivers.influx.lines[0]).toMatch(/^qlik_sense_server_license,env=lab,foo=bar [a-z]/);
  });
});
