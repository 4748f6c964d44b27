/**
 * The part of a Butler file that is in use. A Butler file has to hold everything, with placeholders where nothing is
 * used, so what is switched off is not looked at. Pure.
 */
import type { Path } from '../config-error.ts';
import { type JsonSchema, schemaAt, valueAt } from '../json-schema.ts';

export interface SwitchedOff {
  /** Below `Butler`. */
  readonly part: string;
  /** The first of its switches that is not on, below `Butler`. */
  readonly by: string;
}

export interface InUse {
  /** What was below `Butler`, without what is switched off, and without keys that have no value. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly switchedOff: readonly SwitchedOff[];
}

const MONITOR = 'qlikSenseLicense.serverLicenseMonitor';
const VERSION = 'qlikSenseVersion.versionMonitor';

const LICENSE_TO_INFLUXDB = `${MONITOR}.destination.influxDb.enable`;
const VERSION_TO_INFLUXDB = `${VERSION}.destination.influxDb.enable`;

/** A part counts when all its switches are on; with `|` between several, one is enough. A part inside another comes after it. */
const switches: readonly (readonly [part: string, ...switches: string[]])[] = [
  ['heartbeat', 'heartbeat.enable'],
  ['dockerHealthCheck', 'dockerHealthCheck.enable'],
  [VERSION, `${VERSION}.enable`],
  [`${VERSION}.destination.influxDb`, VERSION_TO_INFLUXDB, 'influxDb.enable'],
  [`${MONITOR}.destination.influxDb`, LICENSE_TO_INFLUXDB, 'influxDb.enable'],
  ['influxDb', 'influxDb.enable', `${LICENSE_TO_INFLUXDB}|${VERSION_TO_INFLUXDB}`],
  ['influxDb.auth', 'influxDb.auth.enable'],
  ['influxDb.v1Config.auth', 'influxDb.v1Config.auth.enable'],
  ['mqttConfig', 'mqttConfig.enable', `${MONITOR}.destination.mqtt.enable`],
  ['mqttConfig.azureEventGrid', 'mqttConfig.azureEventGrid.enable'],
  ['webhookNotification', 'webhookNotification.enable', `${MONITOR}.destination.webhook.enable`],
];

const pathOf = (keys: string): Path => keys.split('.');

/** @param schema of the settings below `Butler`, to see which keys are misspelt ones */
export function partInUse(butler: Readonly<Record<string, unknown>>, schema: JsonSchema): InUse {
  const read = Object.keys(schema.properties ?? {});
  const entries = Object.entries(withoutNothing(butler) as Record<string, unknown>);
  let settings: unknown = Object.fromEntries(entries.filter(([key]) => read.includes(key)));
  const switchedOff: SwitchedOff[] = [];
  for (const [part, ...needed] of switches) {
    const by = needed.find((oneOf) => oneOf.split('|').every((one) => isOff(valueAt(settings, pathOf(one)))));
    if (by === undefined) continue;
    if (valueAt(butler, pathOf(part)) !== undefined) switchedOff.push({ part, by: by.split('|')[0]! });
    settings = changedAt(settings, pathOf(part), (value) =>
      remains(value, schemaAt(schema, settings, pathOf(part))),
    );
  }
  return { settings: withoutOtherVersions(settings as Record<string, unknown>), switchedOff };
}

/** Anything but true, false and nothing is a mistake, and told. */
function isOff(value: unknown): boolean {
  return value === false || value === undefined;
}

/** The switch itself; where there is none, also keys that Butler does not know: one of them may be meant for it. */
function remains(part: unknown, schema: JsonSchema | undefined): unknown {
  if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
  if ('enable' in part) return { enable: part.enable };
  const known = Object.keys(schema?.properties ?? {});
  return Object.fromEntries(Object.entries(part).filter(([key]) => !known.includes(key)));
}

function withoutOtherVersions(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const written = valueAt(settings, ['influxDb', 'version']);
  const version = typeof written === 'number' ? written : 1;
  return changedAt(settings, ['influxDb'], (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const isOther = (key: string) => /^v[123]Config$/.test(key) && key !== `v${version}Config`;
    const isOld = (key: string) => version !== 1 && ['auth', 'dbName', 'retentionPolicy'].includes(key);
    return Object.fromEntries(Object.entries(value).filter(([key]) => !isOther(key) && !isOld(key)));
  }) as Record<string, unknown>;
}

/** A copy in which the value at `path` is another one; the same when there is none. */
export function changedAt(root: unknown, path: Path, change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(root);
  if (root === null || typeof root !== 'object' || !Object.hasOwn(root, key)) return root;
  if (Array.isArray(root)) {
    return root.map((item: unknown, index) => (index === Number(key) ? changedAt(item, rest, change) : item));
  }
  return Object.fromEntries(
    Object.entries(root).map(([name, value]) => [
      name,
      name === key ? changedAt(value, rest, change) : value,
    ]),
  );
}

/** In YAML a key with nothing behind it is null; Butler's template has many of them, for empty lists. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, child]) => child !== null && child !== undefined);
  return Object.fromEntries(entries.map(([key, child]) => [key, withoutNothing(child)]));
}
