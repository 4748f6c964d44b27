import ICAL from 'ical.js';
import { expect, it, onTestFinished } from 'vitest';
import { reading } from '../../test/fakes/readings.ts';
import { startRig } from '../../test/web/rig.ts';
import { renderCalendar } from './calendar.ts';

function eventsIn(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text) as never);
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      start: event.startDate.toString(),
      end: event.endDate.toString(),
      summary: event.summary,
      description: event.description,
      sequence: event.sequence,
    };
  });
}

it('has a day for the end and one for the next rung, which a renewal moves', async () => {
  const rig = await startRig({}, ['prod']);
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  const before = eventsIn((await rig.get('/calendar.ics')).body);
  expect(before).toMatchObject([
    { uid: 'prod-end@license-sentinel', start: '2026-12-24', end: '2026-12-25' },
    {
      uid: 'prod-rung@license-sentinel',
      start: '2026-12-10',
      summary: 'prod: Qlik Sense license ends in 14 days',
    },
  ]);
  await rig.clock.advance(60_000);
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  expect(eventsIn((await rig.get('/calendar.ics')).body)[0]?.sequence).toBe(before[0]?.sequence);

  await rig.clock.advance(60_000);
  await rig.check('prod', reading({ endDate: '2027-12-24' }));
  const after = eventsIn((await rig.get('/calendar.ics')).body);
  expect(after.map(({ uid, start }) => [uid, start])).toEqual([
    ['prod-end@license-sentinel', '2027-12-24'],
    ['prod-rung@license-sentinel', '2027-09-25'],
  ]);
  expect(after[0]!.sequence).toBeGreaterThan(before[0]!.sequence);
  await rig.close();
});

it('moves the day of the next rung once one is reached, with a larger sequence number', async () => {
  const rig = await startRig({}, ['prod']);
  onTestFinished(() => rig.close());
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  const [end, rung] = eventsIn((await rig.get('/calendar.ics')).body);
  expect(rung).toMatchObject({ start: '2026-12-10' });
  rig.clock.jump(16 * 86_400_000);
  const [endThen, rungThen] = eventsIn((await rig.get('/calendar.ics')).body);
  expect(rungThen).toMatchObject({ uid: rung!.uid, start: '2026-12-17' });
  expect(rungThen!.sequence).toBeGreaterThan(rung!.sequence);
  expect(endThen!.sequence).toBe(end!.sequence);
});

it('says in the description who knows, and until when', async () => {
  const rig = await startRig({}, ['prod']);
  onTestFinished(() => rig.close());
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  await rig.app.inject({
    method: 'POST',
    url: '/api/v1/sites/prod/acknowledgement',
    headers: { host: 'localhost:8080' },
    payload: { by: 'Anna', why: 'ordered, PO 4711', until: 'next-rung' },
  });
  expect(eventsIn((await rig.get('/calendar.ics')).body)[0]?.description).toBe(
    'prod: license ends in 30 days, on 2026-12-24\nAcknowledged by Anna until the next rung: ordered, PO 4711',
  );
});

it('escapes and folds what names and titles hold, and loses no character', async () => {
  const rig = await startRig({}, ['prod']);
  await rig.check('prod', reading());
  const site = rig.parts.now.summaries()[0]!;
  const title = `a;b,c\\d\nsecond line ${'Zürich 🏔 '.repeat(30)}`.trim();
  const text = renderCalendar([{ site: { ...site, title }, thresholdDays: [], changedAt: null }]);
  expect(eventsIn(text)[0]?.description).toBe(title);
  for (const line of text.split('\r\n')) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\r\n]/);
  }
  await rig.close();
});
