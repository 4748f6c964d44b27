/** The site, the alerts and the log out of a Butler file. Pure. */
import { from, needed } from './draft.ts';
import type { ButlerSettings } from './schema.ts';

const MONITOR = 'qlikSenseLicense.serverLicenseMonitor';
const VERSION = 'qlikSenseVersion.versionMonitor';
/** What Butler's template has. */
const FREQUENCY = 'every 24 hours';
const THRESHOLD_DAYS = 60;

/** Butler has no name for its site, so the machine's stands for it. */
export function siteOf(butler: ButlerSettings): unknown {
  const { configQRS = {}, cert = {} } = butler;
  const { host, port, rejectUnauthorized } = configQRS;
  const headers = configQRS.headers?.static ?? [];
  const user = headers.findIndex(({ name }) => isUserHeader(name));
  return from('configQRS', {
    name: nameOf(host),
    hosts: [needed('configQRS.host', host)],
    port: from('configQRS.port', port),
    certificates: from('cert', {
      cert: needed('cert.clientCert', cert.clientCert),
      key: needed('cert.clientCertKey', cert.clientCertKey),
      ca: needed('cert.clientCertCA', cert.clientCertCA),
    }),
    user: user < 0 ? undefined : from(`configQRS.headers.static.${user}.value`, headers[user]!.value),
    tls: rejectUnauthorized === false ? { verify: from('configQRS.rejectUnauthorized', false) } : undefined,
    check: from(`${MONITOR}.frequency`, monitorOf(butler).frequency ?? FREQUENCY),
    version: versionOf(butler),
  });
}

function versionOf({ qlikSenseVersion }: ButlerSettings): unknown {
  const { enable, frequency, host, rejectUnauthorized } = qlikSenseVersion?.versionMonitor ?? {};
  if (enable !== true) return { enabled: from(`${VERSION}.enable`, false) };
  return {
    enabled: from(`${VERSION}.enable`, true),
    check: from(`${VERSION}.frequency`, frequency),
    host: from(`${VERSION}.host`, host),
    verify: from(`${VERSION}.rejectUnauthorized`, rejectUnauthorized),
  };
}

/** A single threshold speaks at every check, as in Butler; a list is our ladder, each rung once. */
export function alertsOf(butler: ButlerSettings): unknown {
  const keys = `${MONITOR}.alert.thresholdDays`;
  const days = monitorOf(butler).alert?.thresholdDays ?? THRESHOLD_DAYS;
  if (typeof days !== 'number') return { thresholdDays: from(keys, days) };
  return {
    thresholdDays: [from(keys, days)],
    remind: 'every-check',
    remindFromDays: from(keys, days),
  };
}

/** Levels below `debug` are one with it here. */
export function logOf({ logLevel }: ButlerSettings): unknown {
  if (logLevel === undefined) return undefined;
  return { level: from('logLevel', ['verbose', 'silly'].includes(logLevel) ? 'debug' : logLevel) };
}

export function monitorOf({ qlikSenseLicense }: ButlerSettings) {
  return qlikSenseLicense?.serverLicenseMonitor ?? {};
}

export function isUserHeader(name: string | undefined): boolean {
  return name?.toLowerCase() === 'x-qlik-user';
}

function nameOf(host: string | undefined): string {
  const name = (host ?? '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return name === '' ? 'qlik-sense' : name;
}
