/** InfluxDB and MQTT out of a Butler file. Pure. */
import { isIPv6 } from 'node:net';
import { from, needed } from './draft.ts';
import type { ButlerSettings, Tags } from './schema.ts';
import { monitorOf } from './site.ts';

const MONITOR = 'qlikSenseLicense.serverLicenseMonitor';
const VERSION = 'qlikSenseVersion.versionMonitor';

/** @returns undefined when it is switched off */
export function influxdbOf(butler: ButlerSettings): unknown {
  const { influxDb } = butler;
  const license = monitorOf(butler).destination?.influxDb;
  const version = butler.qlikSenseVersion?.versionMonitor;
  const hasVersion = version?.enable === true && version.destination?.influxDb?.enable === true;
  const hasLicense = license?.enable === true;
  const sendsStatus = license?.sendRecurring?.enable ?? true;
  const sendsAlert = license?.sendAlert?.enable ?? true;
  if (!hasVersion && !sendsStatus && !sendsAlert) return undefined;
  if (influxDb?.enable !== true || !(hasLicense || hasVersion)) return undefined;
  const { hostIP, hostPort = 8086, version: api = 1 } = influxDb;
  const licenseTags = tagsOf(`${MONITOR}.destination.influxDb`, license?.tag);
  const versionTags = tagsOf(`${VERSION}.destination.influxDb`, version?.destination?.influxDb?.tag);
  return from('influxDb', {
    name: 'influxdb',
    kind: 'influxdb',
    version: from('influxDb.version', api),
    url: needed('influxDb.hostIP', hostIP && addressOf('http', hostIP, hostPort)),
    ...accountOf(influxDb, api),
    tags: tagsOf('influxDb', influxDb.tag),
    measurementTags:
      licenseTags || versionTags
        ? {
            qlik_sense_server_license: licenseTags,
            qlik_sense_server_license_alert: licenseTags,
            qlik_sense_version: versionTags,
          }
        : undefined,
    // Points go on in the series that Butler began, which have no such tag.
    siteTag: false,
    // Points of the version are status as well.
    ...(!sendsStatus &&
      !hasVersion && { sendRecurring: from(`${MONITOR}.destination.influxDb.sendRecurring.enable`, false) }),
    sendAlert: sendsAlert
      ? from(`${MONITOR}.destination.influxDb.enable`, hasLicense)
      : from(`${MONITOR}.destination.influxDb.sendAlert.enable`, false),
  });
}

function accountOf(influxDb: NonNullable<ButlerSettings['influxDb']>, version: 1 | 2 | 3): object {
  if (version === 2) {
    const { org, bucket, token } = influxDb.v2Config ?? {};
    return {
      org: needed('influxDb.v2Config.org', org),
      bucket: needed('influxDb.v2Config.bucket', bucket),
      token: needed('influxDb.v2Config.token', token),
    };
  }
  if (version === 3) {
    const { database, token, writeTimeout } = influxDb.v3Config ?? {};
    return {
      database: needed('influxDb.v3Config.database', database),
      token: from('influxDb.v3Config.token', token),
      timeout: from('influxDb.v3Config.writeTimeout', writeTimeout && `${writeTimeout} ms`),
    };
  }
  const [at, account] =
    influxDb.v1Config === undefined ? ['influxDb', influxDb] : ['influxDb.v1Config', influxDb.v1Config];
  const { auth, dbName = 'butler', retentionPolicy } = account;
  const hasLogin = auth?.enable === true;
  const hasPolicy = (retentionPolicy?.name ?? retentionPolicy?.duration) !== undefined;
  return {
    database: from(`${at}.dbName`, dbName),
    // Butler makes it the default of the database that it creates, and always writes to the default.
    ...(hasPolicy && {
      defaultRetentionPolicy: needed(`${at}.retentionPolicy.name`, retentionPolicy?.name),
      retentionDuration: needed(`${at}.retentionPolicy.duration`, retentionPolicy?.duration),
    }),
    user: hasLogin ? needed(`${at}.auth.username`, auth.username) : undefined,
    password: hasLogin ? needed(`${at}.auth.password`, auth.password) : undefined,
  };
}

/** Tags without a value are left out: InfluxDB refuses the whole point for one. */
function tagsOf(at: string, tag: Tags): Record<string, unknown> | undefined {
  const entries = (tag?.static ?? []).flatMap(({ name, value }, index) =>
    name === undefined || value === undefined || value === ''
      ? []
      : [[name, from(`${at}.tag.static.${index}.value`, String(value))] as const],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** @returns undefined when it is switched off, or neither status nor alerts are to be sent */
export function mqttOf(butler: ButlerSettings): unknown {
  const { mqttConfig } = butler;
  const settings = monitorOf(butler).destination?.mqtt;
  if (mqttConfig?.enable !== true || settings?.enable !== true) return undefined;
  const { sendRecurring, sendAlert } = settings;
  if (sendRecurring?.enable === false && sendAlert?.enable === false) return undefined;
  const { brokerHost, brokerPort, azureEventGrid } = mqttConfig;
  const isAzure = azureEventGrid?.enable === true;
  const port = brokerPort ?? (isAzure ? 8883 : 1883);
  return from('mqttConfig', {
    name: 'mqtt',
    kind: 'mqtt',
    url: needed(
      'mqttConfig.brokerHost',
      brokerHost && addressOf(isAzure ? 'mqtts' : 'mqtt', brokerHost, port),
    ),
    ...(isAzure ? azureLogin(azureEventGrid) : {}),
    topics: {
      status: from(
        'mqttConfig.qlikSenseServerLicenseTopic',
        mqttConfig.qlikSenseServerLicenseTopic ?? 'qliksense/qliksense_server_license',
      ),
      expiry: from(
        'mqttConfig.qlikSenseServerLicenseExpireTopic',
        mqttConfig.qlikSenseServerLicenseExpireTopic ?? 'qliksense/qliksense_server_license_expire',
      ),
    },
    retainStatus: false,
    sendRecurring: from(`${MONITOR}.destination.mqtt.sendRecurring.enable`, sendRecurring?.enable ?? true),
    sendAlert: from(`${MONITOR}.destination.mqtt.sendAlert.enable`, sendAlert?.enable ?? true),
  });
}

/** The client authentication name is that of the client, as in Butler. The broker keeps no last will for it. */
function azureLogin({ clientId, clientCertFile, clientKeyFile }: { [Key in AzureKey]?: string | undefined }) {
  const at = 'mqttConfig.azureEventGrid';
  return {
    version: 5,
    clientId: needed(`${at}.clientId`, clientId),
    user: from(`${at}.clientId`, clientId),
    clientCertificate: {
      cert: needed(`${at}.clientCertFile`, clientCertFile),
      key: needed(`${at}.clientKeyFile`, clientKeyFile),
    },
    will: false,
  };
}
type AzureKey = 'clientId' | 'clientCertFile' | 'clientKeyFile';

function addressOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
