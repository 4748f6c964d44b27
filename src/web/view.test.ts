import { expect, it } from 'vitest';
import { alertMessage, routed } from '../../test/fakes/messages.ts';
import { reading } from '../../test/fakes/readings.ts';
import { startRig } from '../../test/web/rig.ts';
import { idleLane, type Settlement } from '../store/store.ts';
import type { Overview, SiteDetail } from './view.ts';

const day = 86_400_000;

async function overviewOf(rig: Awaited<ReturnType<typeof startRig>>): Promise<Overview> {
  return (await rig.get('/api/v1/overview')).json();
}

it('counts down from the last reading while the site cannot be read', async () => {
  const rig = await startRig();
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  await rig.clock.advance(2 * day);
  await rig.check('prod', null);
  const [prod] = (await overviewOf(rig)).sites;
  expect(prod).toMatchObject({
    name: 'prod',
    reachable: false,
    state: 'expiring',
    endDate: '2026-12-24',
    daysLeft: 28,
    rung: 30,
    severity: 'warning',
    failure: { reason: 'refused' },
    lastConfirmedAt: '2026-11-24T10:00:00.000Z',
    lastCheckedAt: '2026-11-26T10:00:00.000Z',
    title: 'prod: cannot be read; license ends in 28 days, on 2026-12-24',
  });
  await rig.close();
});

it('says of a site that was never checked that nothing is known', async () => {
  const rig = await startRig({}, ['prod']);
  const [prod] = (await overviewOf(rig)).sites;
  expect(prod).toMatchObject({
    reachable: null,
    state: null,
    endDate: null,
    daysLeft: null,
    licenseNumber: null,
    lastCheckedAt: null,
    certificates: null,
    severity: 'info',
    title: 'prod: not checked yet',
    trend: [],
  });
  await rig.close();
});

it('puts the most urgent first, then the fewest days, then the name', async () => {
  const rig = await startRig({}, ['a', 'b', 'c', 'd', 'e']);
  await rig.check('a', reading({ endDate: '2027-12-01' }));
  await rig.check('b', reading({ end: { kind: 'perpetual' } }));
  await rig.check('c', reading({ endDate: '2026-12-30' }));
  await rig.check('d', reading({ endDate: '2026-11-20' }));
  await rig.check('e', reading({ endDate: '2026-11-25' }));
  const { sites } = await overviewOf(rig);
  expect(sites.map(({ name, daysLeft }) => [name, daysLeft])).toEqual([
    ['d', -4],
    ['e', 1],
    ['c', 36],
    ['a', 372],
    ['b', null],
  ]);
  await rig.close();
});

it('keeps the remark of the check that made the reading', async () => {
  const rig = await startRig();
  await rig.check(
    'prod',
    reading({ endDate: '2026-11-20', flags: { expired: false, blacklisted: false, invalid: false } }),
  );
  await rig.clock.advance(60_000);
  const prod = (await overviewOf(rig)).sites.find(({ name }) => name === 'prod');
  expect(prod?.remarks).toEqual(['flags-disagree']);
  await rig.close();
});

it('shows which rungs were spoken, skipped and are ahead, and how the end date moved', async () => {
  const rig = await startRig();
  await rig.check('prod', reading({ endDate: '2026-12-20' }));
  await rig.clock.advance(day);
  await rig.check('prod', reading({ endDate: '2027-01-10' }));
  const detail: SiteDetail = (await rig.get('/api/v1/sites/prod')).json();
  expect(detail.endDateHistory).toEqual([
    { at: '2026-11-24T10:00:00.000Z', endDate: '2026-12-20' },
    { at: '2026-11-25T10:00:00.000Z', endDate: '2027-01-10' },
  ]);
  expect(detail.ladder.rungs.slice(0, 3)).toEqual([
    { days: 90, date: '2026-10-12', announcedAt: '2026-11-25T10:00:00.000Z', how: 'skipped', toldTo: [] },
    { days: 60, date: '2026-11-11', announcedAt: '2026-11-25T10:00:00.000Z', how: 'spoken', toldTo: [] },
    { days: 30, date: '2026-12-11', announcedAt: null, how: 'ahead', toldTo: [] },
  ]);
  expect(detail.checks.items.map(({ endDate, daysLeft }) => [endDate, daysLeft])).toEqual([
    ['2027-01-10', 46],
    ['2026-12-20', 26],
  ]);
  expect(detail.evidence).toMatchObject({ source: 'key-details' });
  await rig.close();
});

it('tells to whom each rung was announced, and who never got it', async () => {
  const rig = await startRig();
  const { store } = rig.watched;
  await rig.check('prod', reading({ endDate: '2026-12-20' }));
  const occurredAt = rig.clock.now().getTime();
  await store.enqueue(
    [
      routed(alertMessage({ id: 'rung', occurredAt }), 'oncall', 'mail'),
      routed(alertMessage({ id: 'another', occurredAt, kind: 'replaced' }), 'chat'),
    ],
    occurredAt,
  );
  const settle = async (destination: string, result: Settlement['result']) => {
    const [row] = await store.nextRows(destination, 1);
    const [settlements, at] = [[{ seq: row!.seq, result }], rig.clock.now().getTime()];
    await store.settle({ destination, at, lane: idleLane, messages: [], settlements });
  };
  await rig.clock.advance(1_000);
  await settle('chat', { kind: 'accepted' });
  await settle('mail', { kind: 'accepted' });
  await rig.clock.advance(1_000);
  await settle('oncall', { kind: 'dead', reason: 'refused', detail: 'HTTP 400' });
  const detail: SiteDetail = (await rig.get('/api/v1/sites/prod')).json();
  const told = [
    { destination: 'mail', result: 'delivered', settledAt: '2026-11-24T10:00:01.000Z' },
    { destination: 'oncall', result: 'dead', settledAt: '2026-11-24T10:00:02.000Z' },
  ];
  expect(detail.ladder.rungs.map(({ how, toldTo }) => [how, toldTo])).toEqual([
    ['skipped', told],
    ['skipped', told],
    ['spoken', told],
    ...Array.from({ length: 5 }, () => ['ahead', []]),
  ]);
  await rig.close();
});

it('does not promise an announcement that something worse holds back', async () => {
  const rig = await startRig();
  const flags = { expired: false, blacklisted: true, invalid: false };
  await rig.check('prod', reading({ endDate: '2026-12-04', flags }));
  const detail: SiteDetail = (await rig.get('/api/v1/sites/prod')).json();
  expect(detail.state).toBe('blocked');
  expect(detail.ladder.rungs.map(({ how }) => how).slice(3, 5)).toEqual(['held', 'ahead']);
  await rig.close();
});
