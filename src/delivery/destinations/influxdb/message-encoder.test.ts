import { expect, it } from 'vitest';
import { statusMessage } from '../../../../test/fakes/messages.ts';
import { messageEncoder } from './message-encoder.ts';

const point = (measurement: string, tags: Record<string, string>) => ({
  measurement,
  tags,
  fields: { f: 1 },
  at: 5,
});
const encode = (settings: object, ...points: ReturnType<typeof point>[]) =>
  messageEncoder({ tags: {}, measurementTags: {}, siteTag: true, ...settings })(statusMessage({ points }));

it('adds the tags of a measurement to its points alone, where they win over the tags of all', () => {
  const settings = { tags: { env: 'lab', team: 'ops' }, measurementTags: { m: { team: 'bi', x: '1' } } };
  expect(encode(settings, point('m', {}), point('n', {}))).toBe(
    'm,env=lab,team=bi,x=1 f=1 5\nn,env=lab,team=ops f=1 5',
  );
});

it("lets a point's own tags win over both", () => {
  const settings = { tags: { a: '1' }, measurementTags: { m: { b: '2' } } };
  expect(encode(settings, point('m', { a: 'own', b: 'own' }))).toBe('m,a=own,b=own f=1 5');
});

it('leaves out the tag of the site where that is not wanted, and takes a static one in its place', () => {
  const own = point('m', { env: 'lab', site: 'prod' });
  expect(encode({ siteTag: false }, own)).toBe('m,env=lab f=1 5');
  expect(encode({ siteTag: false, tags: { site: 'old' } }, own)).toBe('m,site=old,env=lab f=1 5');
  expect(encode({}, own)).toBe('m,env=lab,site=prod f=1 5');
});

it('leaves out empty tags of the configuration, and what has no field', () => {
  const settings = { siteTag: false, tags: { a: '' }, measurementTags: { m: { b: '', c: '1' } } };
  expect(encode(settings, { ...point('m', {}), fields: {} as { f: number } }, point('m', {}))).toBe(
    'm,c=1 f=1 5',
  );
});

it('is not misled by a measurement with a name that every object has', () => {
  expect(encode({ siteTag: false, tags: { a: '1' } }, point('constructor', {}))).toBe(
    'constructor,a=1 f=1 5',
  );
});
