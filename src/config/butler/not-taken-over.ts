/** What of a Butler file has no effect here, and why. Pure. */
import { valueAt } from '../json-schema.ts';
import { butlerPath } from './draft.ts';
import type { SwitchedOff } from './in-use.ts';
import type { ButlerSettings } from './schema.ts';
import { isUserHeader, monitorOf } from './site.ts';

export interface NotTakenOver {
  /** `Butler.scheduler` */
  readonly path: string;
  readonly why: string;
  /** `lost` is what somebody may miss. */
  readonly sort: 'lost' | 'switched-off' | 'other-work';
}

/** Parts of Butler that do other work. */
const otherWork: readonly string[] = [
  'anonTelemetry',
  'systemInfo',
  'configVisualisation',
  'uptimeMonitor',
  'thirdPartyToolsCredentials',
  'scriptLog',
  'qlikSenseUrls',
  'genericUrls',
  'teamsNotification',
  'slackNotification',
  'emailNotification',
  'incidentTool',
  'scheduler',
  'keyValueStore',
  'udpServerConfig',
  'restServerConfig',
  'fileCopyApprovedDirectories',
  'fileMoveApprovedDirectories',
  'fileDeleteApprovedDirectories',
  'restServerApiDocGenerate',
  'restServerEndpointsEnable',
  'restServerEndpointsConfig',
  'startTaskFilter',
  'serviceMonitor',
  'qlikSenseCloud',
  'configEngine',
  'configDirectories',
];

/** Parts inside those that are read. */
const otherWorkInside: readonly string[] = [
  'qlikSenseLicense.licenseRelease',
  'webhookNotification.reloadTaskFailure',
  'webhookNotification.reloadTaskAborted',
  'webhookNotification.serviceMonitor',
  'mqttConfig.qlikSenseCloud',
];

/** The keys that are known directly below `Butler`, besides those that are read. */
export const knownBesides: readonly string[] = [...otherWork, 'fileLogging', 'logDirectory'];

export function notTakenOver(
  butler: Readonly<Record<string, unknown>>,
  settings: ButlerSettings,
  switchedOff: readonly SwitchedOff[],
): NotTakenOver[] {
  const at = (keys: string) => valueAt({ Butler: butler }, butlerPath(keys));
  const isThere = (keys: string) => at(keys) !== undefined;
  const found: NotTakenOver[] = [];
  const note = (keys: string, why: string, sort: NotTakenOver['sort'] = 'lost') =>
    found.push({ path: `Butler.${keys}`, why, sort });

  for (const { part, by } of switchedOff) {
    const isPlain = !part.endsWith('.auth') && !part.endsWith('.azureEventGrid');
    if (isPlain && isThere(part)) note(part, `is switched off by Butler.${by}`, 'switched-off');
  }
  noteSilentLists(settings, note);
  noteSharedInfluxdb(settings, note);
  if (at('fileLogging') === true) {
    note('fileLogging', 'the log goes to standard output; let the service manager or the container keep it');
  }
  if (at('qlikSenseLicense.licenseMonitor.enable') === true) {
    note('qlikSenseLicense.licenseMonitor', 'the use of access licenses is not watched by this version');
  }
  settings.configQRS?.headers?.static?.forEach(({ name }, index) => {
    if (isUserHeader(name)) return;
    note(`configQRS.headers.static[${index}]`, 'only X-Qlik-User is sent to the repository service');
  });
  for (const keys of [...otherWork, ...otherWorkInside]) {
    if (isThere(keys)) note(keys, 'has nothing to do with the server license', 'other-work');
  }
  return found;
}

type Note = (keys: string, why: string, sort?: NotTakenOver['sort']) => void;

/** Lists whose destination is on, while what they are for is not to be sent. */
function noteSilentLists(settings: ButlerSettings, note: Note): void {
  const { influxDb, mqtt, webhook } = monitorOf(settings).destination ?? {};
  const keyOf = (destination: string, which: string) =>
    `qlikSenseLicense.serverLicenseMonitor.destination.${destination}.${which}.enable`;
  const by = (destination: string, which: string) => `is switched off by Butler.${keyOf(destination, which)}`;
  const version = settings.qlikSenseVersion?.versionMonitor;
  const hasVersion = version?.enable === true && version.destination?.influxDb?.enable === true;
  if (influxDb?.enable === true && influxDb.sendRecurring?.enable === false) {
    const isNothingSent = influxDb.sendAlert?.enable === false;
    if (hasVersion)
      note(keyOf('influxDb', 'sendRecurring'), 'the version is written, and the license with it');
    else if (isNothingSent) note('influxDb', by('influxDb', 'sendRecurring'), 'switched-off');
  }
  if (mqtt?.enable === true && mqtt.sendRecurring?.enable === false && mqtt.sendAlert?.enable === false) {
    note('mqttConfig', by('mqtt', 'sendRecurring'), 'switched-off');
  }
  if (webhook?.enable !== true) return;
  if (webhook.sendRecurring?.enable === false) {
    note('webhookNotification.qlikSenseServerLicenseMonitor', by('webhook', 'sendRecurring'), 'switched-off');
  }
  if (webhook.sendAlert?.enable === false) {
    note('webhookNotification.qlikSenseServerLicenseExpiryAlert', by('webhook', 'sendAlert'), 'switched-off');
  }
}

/** One InfluxDB destination gets everything that a check sees. */
function noteSharedInfluxdb(settings: ButlerSettings, note: Note): void {
  const version = settings.qlikSenseVersion?.versionMonitor;
  if (settings.influxDb?.enable !== true || version?.enable !== true) return;
  const hasLicense = monitorOf(settings).destination?.influxDb?.enable === true;
  const hasVersion = version.destination?.influxDb?.enable === true;
  if (hasLicense && !hasVersion) {
    note(
      'qlikSenseVersion.versionMonitor.destination.influxDb.enable',
      'the version is written too: InfluxDB gets everything that a check sees',
    );
  } else if (hasVersion && !hasLicense) {
    note(
      'qlikSenseLicense.serverLicenseMonitor.destination.influxDb.enable',
      'the license is written too: InfluxDB gets everything that a check sees',
    );
  }
}
