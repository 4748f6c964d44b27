import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reading } from '../../test/fakes/readings.ts';
import { describeWith, pathOf } from '../../test/servers/describe-with.ts';
import { startRig } from '../../test/web/rig.ts';
import { encodeFamilies } from './exposition.ts';

const OPENMETRICS = { accept: 'application/openmetrics-text;version=1.0.0' };

async function servedMetrics(headers: Record<string, string> = {}) {
  const rig = await startRig({}, ['prod', 'never', 'forever']);
  await rig.check('prod', reading({ endDate: '2026-12-24' }));
  await rig.check('forever', reading({ end: { kind: 'perpetual' } }));
  await rig.clock.advance(1_000);
  await rig.check('forever', null);
  const answer = await rig.get('/metrics', headers);
  await rig.close();
  return answer;
}

it('shows what is known of a site, and has no line for what is not', async () => {
  const { body, headers } = await servedMetrics();
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = body.split('\n');
  for (const line of [
    `qlik_sense_license_expiry_timestamp_seconds{site="prod"} ${Date.UTC(2026, 11, 24) / 1000}`,
    'qlik_sense_license_days_left{site="prod"} 30',
    'qlik_sense_license_state{site="prod",state="expiring"} 1',
    'qlik_sense_license_state{site="prod",state="expired"} 0',
    'qlik_sense_license_state{site="forever",state="perpetual"} 1',
    'qlik_sense_site_reachable{site="prod"} 1',
    'qlik_sense_site_reachable{site="forever"} 0',
    `qlik_sense_site_last_check_timestamp_seconds{site="prod"} ${Date.parse('2026-11-24T10:00:00Z') / 1000}`,
    `qlik_sense_site_last_check_timestamp_seconds{site="forever"} ${Date.parse('2026-11-24T10:00:01Z') / 1000}`,
    `qlik_sense_certificate_expiry_timestamp_seconds{site="prod",certificate="client"} ${Date.UTC(2028, 0, 1) / 1000}`,
    'qlik_sense_site_info{site="never",tag_environment="production"} 1',
    'license_sentinel_checks_total{site="forever",outcome="refused"} 1',
    'license_sentinel_checks_total{site="forever",outcome="reading"} 1',
    'license_sentinel_check_duration_seconds_bucket{le="0.25"} 3',
    'license_sentinel_check_duration_seconds_count 3',
    'license_sentinel_destination_waiting{destination="oncall"} 0',
    'license_sentinel_deliveries_total{destination="oncall"} 3',
    'license_sentinel_delivery_failures_total{destination="oncall",outcome="deferred",reason="timeout"} 2',
    'license_sentinel_delivery_failures_total{destination="oncall",outcome="dead",reason="refused"} 1',
    'license_sentinel_build_info{version="1.2.3"} 1',
  ]) {
    expect(lines).toContain(line);
  }
  expect(body).not.toMatch(/days_left\{site="(?:never|forever)"\}|NaN|null|undefined/);
  expect(body).not.toContain('qlik_sense_site_reachable{site="never"}');
});

it('speaks OpenMetrics to whoever asks for it', async () => {
  const { body, headers } = await servedMetrics(OPENMETRICS);
  expect(headers['content-type']).toContain('application/openmetrics-text');
  expect(body).toMatch(/# TYPE license_sentinel_checks counter\nlicense_sentinel_checks_total\{/);
  expect(body.endsWith('\n# EOF\n')).toBe(true);
});

it('escapes labels and help', () => {
  const family = {
    name: 'x',
    help: 'a\\b\n"c"',
    kind: 'gauge',
    samples: [{ labels: { a: 'q"\\\n' }, value: Number.POSITIVE_INFINITY }],
  } as const;
  expect(Buffer.concat(encodeFamilies([family], 'text')).toString()).toBe(
    '# HELP x a\\\\b\\n"c"\n# TYPE x gauge\nx{a="q\\"\\\\\\n"} +Inf\n',
  );
});

it('is described by docs/metrics.md, every metric and nothing else', async () => {
  const { body } = await servedMetrics();
  const served = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => `${name} ${kind}`);
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const described = [...page.matchAll(/^\| `(\w+)` \| (gauge|counter|histogram) \|/gm)].map(
    ([, name, kind]) => `${name} ${kind}`,
  );
  // No site of this test has told its version.
  expect(described.filter((each) => each !== 'qlik_sense_version_info gauge').sort()).toEqual(served.sort());
});

describeWith(['promtool'], 'promtool', () => {
  it('has nothing to say against the metrics but that days are no seconds', async () => {
    const { body } = await servedMetrics();
    const checked = spawnSync(pathOf('promtool')!, ['check', 'metrics'], { input: body, encoding: 'utf8' });
    // The number that everything else shows is one of calendar days, and no number of seconds says the same.
    const daysLeft = 'qlik_sense_license_days_left use base unit "seconds" instead of "days"';
    expect((checked.stdout + checked.stderr).trim()).toBe(daysLeft);
  });
});
