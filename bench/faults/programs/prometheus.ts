/** Prometheus and Alertmanager as Debian has them, on the `/metrics` of a License Sentinel that sends nothing itself. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startService, writeConfig } from '../../../test/end-to-end/program.ts';
import { type Daemon, startDaemon } from '../../../test/servers/daemon.ts';
import { pathOf, type ServerBinary } from '../../../test/servers/describe-with.ts';
import { freePort } from '../../../test/servers/free-port.ts';
import { CALM_DAYS, type Condition, conditions, rungs } from '../life.ts';
import type { AlertingProgram, Told } from '../program.ts';

/** @param groupBy labels of `group_by`: `...` for a notification of its own for every alert */
export function prometheus(groupBy: string): AlertingProgram {
  return {
    name: `Prometheus + Alertmanager, group_by ${groupBy}`,
    sendsTo: 'webhook',
    setting:
      'scrape, evaluation and resend every 500 ms, `group_wait: 0s`, `group_interval: 1s`; everything else as by default',
    async version() {
      const versions = await Promise.all((['prometheus', 'prometheus-alertmanager'] as const).map(versionOf));
      return versions.join(', ');
    },
    told: toldByAlertmanager,
    async start({ folder, site, receiver, cleanup }) {
      const [web, tsdb, manager] = [await freePort(), await freePort(), await freePort()];
      await writeConfig(folder, `${site.config}web: { listen: '127.0.0.1:${web}' }\nstore: ./store.db\n`);
      await writeFiles(folder, { web, manager, groupBy, receiver: receiver.url });
      const exporter = async () => {
        const started = startService(cleanup, folder);
        await started.whenLogged(({ msg }) => msg === 'site checked');
        return started;
      };
      let [service, database, alertmanager] = [
        await exporter(),
        await startPrometheus(folder, tsdb),
        await startAlertmanager(folder, manager),
      ];
      cleanup(async () => {
        await Promise.all([database.stop('SIGKILL'), alertmanager.stop('SIGKILL')]);
      });
      await untilScraped(tsdb);
      return {
        async kill9() {
          await Promise.all([database.stop('SIGKILL'), alertmanager.stop('SIGKILL')]);
        },
        async restart() {
          [database, alertmanager] = await Promise.all([
            startPrometheus(folder, tsdb),
            startAlertmanager(folder, manager),
          ]);
        },
        loseSource: () => service.kill9(),
        async regainSource() {
          service = await exporter();
        },
        loseDatabase: () => database.stop('SIGKILL'),
        async regainDatabase() {
          database = await startPrometheus(folder, tsdb);
        },
      };
    },
  };
}

interface WebhookBody {
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: { readonly condition?: string };
    readonly fingerprint: string;
    readonly startsAt: string;
  }[];
}

/** A resolved alert says that its condition is over; that the license no longer is expired says that it was renewed. */
export function toldByAlertmanager(body: string): readonly Told[] {
  if (body === '') return [];
  return (JSON.parse(body) as WebhookBody).alerts.flatMap(({ status, labels, fingerprint, startsAt }) => {
    const condition = conditions.find((one) => one === labels.condition) ?? null;
    const id = `${fingerprint} ${startsAt} ${status}`;
    const told: Told = { id, condition, how: status === 'firing' ? 'now' : 'over' };
    const isRenewed = condition === 'expired' && status === 'resolved';
    return isRenewed ? [told, { id: `${id} renewed`, condition: 'renewed', how: 'now' }] : [told];
  });
}

/** The rules of `dashboards/prometheus`, with one for each rung of the ladder that is compared. */
function rulesFor(): string {
  const rule = (condition: Condition, expr: string) => `      - alert: QlikSenseLicense
        expr: ${expr}
        labels: { condition: '${condition}' }
`;
  const bands = rungs.map((days, index) => {
    const bound = rungs[index + 1];
    const above = bound === undefined ? '>= 0' : `> ${bound}`;
    return rule(
      `${days}`,
      `qlik_sense_license_days_left <= ${days} and qlik_sense_license_days_left ${above}`,
    );
  });
  const unusable = rule('expired', 'qlik_sense_license_state{state="expired"} == 1');
  return `groups:\n  - name: license\n    rules:\n${bands.join('')}${unusable}`;
}

async function writeFiles(
  folder: string,
  at: { readonly web: number; readonly manager: number; readonly groupBy: string; readonly receiver: string },
): Promise<void> {
  await mkdir(join(folder, 'alertmanager'));
  await writeFile(join(folder, 'license.rules.yml'), rulesFor());
  await writeFile(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
rule_files: [license.rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${at.manager}'] }] }] }
scrape_configs: [{ job_name: license-sentinel, static_configs: [{ targets: ['127.0.0.1:${at.web}'] }] }]
`,
  );
  await writeFile(
    join(folder, 'alertmanager.yml'),
    `route: { receiver: hook, group_by: ['${at.groupBy}'], group_wait: 0s, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: '${at.receiver}' }] }]
`,
  );
}

function startPrometheus(folder: string, port: number): Promise<Daemon> {
  return startDaemon(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--rules.alert.resend-delay=500ms',
    ],
    async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
  );
}

function startAlertmanager(folder: string, port: number): Promise<Daemon> {
  return startDaemon(
    'prometheus-alertmanager',
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
  );
}

async function untilScraped(port: number): Promise<void> {
  const query = `http://127.0.0.1:${port}/api/v1/query?query=qlik_sense_license_days_left`;
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const text = await (await fetch(query)).text();
    if (text.includes(`"${CALM_DAYS}"`)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Prometheus does not see the license.');
}

async function versionOf(binary: ServerBinary): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(pathOf(binary)!, ['--version']);
  return /^(\w+, version \S+)/.exec(stdout || stderr)?.[1]?.replace(', version', '') ?? binary;
}
