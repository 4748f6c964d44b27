/** The shipped alert rules: their own tests, and the whole way from a real service over Prometheus to Alertmanager. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fired } from '../../dashboards/source/prometheus/promql.ts';
import { startApp } from '../../src/app.ts';
import { Config } from '../../src/config/config.ts';
import { addDays, todayIn } from '../../src/license/calendar-day.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { expandPromql } from '../dashboards/grafana-macros.ts';
import { startDaemon } from '../servers/daemon.ts';
import { describeWith, pathOf } from '../servers/describe-with.ts';
import { freePort } from '../servers/free-port.ts';
import { startPrometheus } from '../servers/prometheus.ts';

const rules = fileURLToPath(new URL('../../dashboards/prometheus/', import.meta.url));
const dateIn = (days: number) => addDays(todayIn('UTC', new Date()), days);

describeWith(['promtool'], 'the rules of dashboards/prometheus', () => {
  it('fire and stay quiet as their tests say', () => {
    const tested = spawnSync(pathOf('promtool')!, ['test', 'rules', 'license-sentinel.test.yml'], {
      cwd: rules,
      encoding: 'utf8',
    });
    expect(tested.stdout + tested.stderr).toContain('SUCCESS');
    expect(tested.status).toBe(0);
  });
});

describeWith(['prometheus', 'prometheus-alertmanager'], 'Prometheus and Alertmanager', () => {
  it('hear of a license that ends in 5 days, and that it was renewed', { timeout: 90_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-prometheus-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const simulator = await startSimulator({
      clock: systemClock,
      license: signedLicense({ endDate: dateIn(5) }),
    });
    onTestFinished(() => simulator.close());
    await simulator.writeCertificates(folder);
    const { port } = simulator;
    const config = Config.parse({
      sites: [
        {
          name: 'prod',
          host: '127.0.0.1',
          port,
          certificates: folder,
          check: '1 s',
          version: { enabled: false },
        },
      ],
      store: join(folder, 'sentinel.db'),
      web: {
        listen: '127.0.0.1:0',
        auth: { tokens: [{ name: 'prometheus', secret: 'a-token-of-prometheus' }] },
      },
    });
    const app = await startApp(config, { clock: systemClock, random: () => 0.5, logger: silentLogger });
    onTestFinished(() => app.stop());
    const alertmanager = await startAlertmanager(folder);
    const prometheus = await startPrometheus(scraping(new URL(app.pageUrl()!).host, alertmanager));
    onTestFinished(() => prometheus.remove());

    const firing = async () => {
      const alerts = (await (await fetch(`http://${alertmanager}/api/v2/alerts`)).json()) as {
        labels: Record<string, string>;
      }[];
      return alerts.map(({ labels }) => `${labels['alertname']} ${labels['site']} ${labels['severity']}`);
    };
    const patience = { timeout: 30_000, interval: 200 };
    await vi.waitFor(
      async () => expect(await firing()).toEqual(['QlikSenseLicenseEndsVerySoon prod critical']),
      patience,
    );
    expect((await prometheus.instant('qlik_sense_license_days_left'))[0]!.values[0]![1]).toBe('5');
    const told = await prometheus.instant(
      expandPromql(fired, {
        variables: { site: { multi: true, allValue: '.*', value: 'prod' } },
        range: 60_000,
      }),
    );
    expect(told.map(({ metric }) => metric)).toEqual([
      { alertname: 'QlikSenseLicenseEndsVerySoon', severity: 'critical', site: 'prod' },
    ]);

    simulator.setLicense(signedLicense({ endDate: dateIn(370) }));
    await vi.waitFor(async () => expect(await firing()).toEqual([]), patience);
  });
});

async function startAlertmanager(folder: string): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'alertmanager.yml');
  await writeFile(config, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const daemon = await startDaemon(
    'prometheus-alertmanager',
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    async () => (await fetch(`http://${address}/-/ready`)).ok,
  );
  onTestFinished(() => daemon.stop());
  return address;
}

function scraping(target: string, alertmanager: string): string {
  return `global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
rule_files: ['${join(rules, 'license-sentinel.rules.yml')}']
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${alertmanager}'] }] }] }
scrape_configs:
  - job_name: license-sentinel
    authorization: { credentials: a-token-of-prometheus }
    static_configs: [{ targets: ['${target}'] }]
`;
}
