import { describe, expect, it } from 'vitest';
import { InfluxdbSection } from './section.ts';

const one = { kind: 'influxdb', name: 'metrics', version: 1, url: 'http://influx:8086', database: 'd' };
const two = { ...one, version: 2, database: undefined, org: 'o', bucket: 'b', token: 't' };
const problems = (settings: object) =>
  InfluxdbSection.safeParse(JSON.parse(JSON.stringify(settings))).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  ) ?? [];

it('tags points with their site, compresses, and creates what is missing, unless told otherwise', () => {
  expect(InfluxdbSection.parse(one)).toMatchObject({
    siteTag: true,
    gzip: true,
    createDatabase: true,
    tags: {},
    measurementTags: {},
    verify: true,
  });
});

it.each([
  ['a password without its user', { password: 'p' }, 'password: set user and password, or neither'],
  ['a user without a password', { user: 'u' }, 'password: set user and password, or neither'],
  [
    'a duration for a policy without a name',
    { retentionDuration: '10d' },
    'retentionDuration: needs retentionPolicy or defaultRetentionPolicy, the name of the policy to create',
  ],
  [
    'a default policy of unknown duration',
    { defaultRetentionPolicy: 'year' },
    'defaultRetentionPolicy: needs retentionDuration, how long the policy to create keeps points',
  ],
  [
    'a policy to write to beside a default',
    { retentionPolicy: 'a', defaultRetentionPolicy: 'b', retentionDuration: '1d' },
    'defaultRetentionPolicy: set retentionPolicy to write to that one, or defaultRetentionPolicy to write to the default',
  ],
  [
    'a policy to create where nothing is created',
    { retentionPolicy: 'a', retentionDuration: '1d', createDatabase: false },
    'retentionDuration: has no effect with createDatabase: false, which creates nothing',
  ],
])('refuses %s, and points to the setting', (_, settings, problem) => {
  expect(problems({ ...one, ...settings })).toEqual([problem]);
});

it.each([
  { user: 'u', password: 'p' },
  { retentionPolicy: 'a' },
  { retentionPolicy: 'a', retentionDuration: '1d' },
  { defaultRetentionPolicy: 'a', retentionDuration: '1d' },
  { createDatabase: false, retentionPolicy: 'a' },
])('takes %j', (settings) => {
  expect(problems({ ...one, ...settings })).toEqual([]);
});

describe('how long a policy keeps points', () => {
  const problemsOf = (retentionDuration: string) =>
    problems({ ...one, retentionPolicy: 'a', retentionDuration });

  it.each(['10d', '1w3d', '90m', '3600s', '1000ms', '5u', '5µ', '7ns', '12h', 'INF'])(
    'may be %s',
    (duration) => {
      expect(problemsOf(duration)).toEqual([]);
    },
  );
  it.each(['10', 'd', '10 d', ' 10d', '10d ', '1y', 'INF1', 'xINF', '10d; DROP DATABASE d', 'forever', ''])(
    'may not be %j',
    (duration) => {
      expect(problemsOf(duration)).toEqual([
        'retentionDuration: write a duration as InfluxQL has it: 10d, 12h, 1w3d, or INF for ever',
      ]);
    },
  );
});

describe('the name of a tag', () => {
  it.each(['site', 'a_', 'timezone', 'a time'])('may be %s', (name) => {
    expect(problems({ ...two, tags: { [name]: 'x' }, measurementTags: { m: { [name]: 'x' } } })).toEqual([]);
  });
  it.each(['time', '_field', '_'])('may not be %s, which InfluxDB keeps for itself', (name) => {
    expect(problems({ ...two, tags: { [name]: 'x' } })).toHaveLength(1);
    expect(problems({ ...two, measurementTags: { m: { [name]: 'x' } } })).toHaveLength(1);
  });
});
