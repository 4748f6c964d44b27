/** The newer APIs of InfluxDB, through the whole program. */
import { expect, it, vi } from 'vitest';
import { type InfluxdbRecorder, startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startVictoriaMetrics } from '../servers/victoria-metrics.ts';
import { newFolder, startService, writeConfig } from './program.ts';
import { startSite } from './site.ts';

const token = 'the-token-of-influxdb';

describeWith(['victoria-metrics'], 'InfluxDB version 2 on VictoriaMetrics', () => {
  it('keeps every check as a sample that can be queried', { timeout: 90_000 }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const server = await startVictoriaMetrics();
    onTestFinished(() => server.remove());
    const site = await startSite(onTestFinished, folder);
    await writeConfig(
      folder,
      `${site.config}destinations: [{ name: metrics, kind: influxdb, version: 2, url: '${server.url}', org: ops, bucket: qlik, token: ${token} }]
store: ./store.db
`,
    );
    const program = startService(onTestFinished, folder);
    await program.whenLogged(({ msg }) => msg === 'delivered');
    site.endsIn(14);
    const samples = async (field: string) => {
      const [series] = await server.exported(
        `qlik_sense_server_license_${field}{site="prod",environment="test"}`,
      );
      return series;
    };
    await vi.waitFor(async () => expect((await samples('days_until_expiry'))?.values.at(-1)).toBe(14), {
      timeout: 60_000,
      interval: 200,
    });
    await program.stop();
    const days = (await samples('days_until_expiry'))!;
    expect(new Set(days.values)).toEqual(new Set([30, 14]));
    expect(new Set(days.timestamps).size).toBe(days.values.length);
    expect((await samples('expiry_timestamp'))!.values.at(-1)).toBe(Date.parse(site.dateIn(14)) / 1000);
    expect((await samples('reachable'))!.timestamps).toEqual(days.timestamps);
    const alerts = await server.exported('qlik_sense_server_license_alert_rung{kind="expiring"}');
    expect(alerts.flatMap(({ values }) => values)).toEqual([30, 14]);
    expect(program.log.items.filter(({ msg }) => msg.startsWith('not delivered'))).toEqual([]);
  });
});

it('writes what InfluxDB versions 2 and 3 document, and nothing else', { timeout: 90_000 }, async ({
  onTestFinished,
}) => {
  const folder = await newFolder(onTestFinished);
  const two = await startInfluxdbRecorder({ version: 2, token, org: 'ops team', bucket: 'qlik' });
  const three = await startInfluxdbRecorder({ version: 3, token, bucket: 'qlik' });
  onTestFinished(() => two.stop());
  onTestFinished(() => three.stop());
  const site = await startSite(onTestFinished, folder);
  const shared = `sendRecurring: true, sendAlert: true, token: '$\{env:INFLUX_TOKEN}'`;
  await writeConfig(
    folder,
    `${site.config}destinations:
  - { name: two, kind: influxdb, version: 2, url: '${two.url}', org: ops team, bucket: qlik, ${shared} }
  - { name: three, kind: influxdb, version: 3, url: '${three.url}', database: qlik, gzip: true, ${shared} }
store: ./store.db
`,
  );
  const program = startService(onTestFinished, folder, { env: { INFLUX_TOKEN: token } });
  const has = ({ lines }: InfluxdbRecorder, pattern: RegExp) => lines.some((line) => pattern.test(line));
  await program.whenLogged(({ msg, destination }) => msg === 'delivered' && destination === 'two');
  site.endsIn(14);
  await vi.waitFor(
    () => {
      for (const recorder of [two, three]) {
        expect(
          has(recorder, /^qlik_sense_server_license,environment=test,site=prod .*days_until_expiry=14/),
        ).toBe(true);
        expect(has(recorder, /^qlik_sense_server_license_alert,.*kind=expiring.* .*rung=14/)).toBe(true);
      }
    },
    { timeout: 60_000, interval: 50 },
  );
  await program.stop();
  expect(program.log.items.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});
