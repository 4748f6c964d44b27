/**
 * A configuration file of Butler (github.com/ptarmiganlabs/butler) as one of ours. Pure.
 *
 * Its keys mean what Butler's documentation says they mean, also where Butler itself does something else. What is
 * switched off is not looked at, and nothing that is not used has to be there.
 */

import { influxdbOf, mqttOf } from './butler/destinations.ts';
import { butlerPath, originOf, settle } from './butler/draft.ts';
import { partInUse } from './butler/in-use.ts';
import { knownBesides, type NotTakenOver, notTakenOver } from './butler/not-taken-over.ts';
import { butlerJsonSchema, readSettings } from './butler/read-settings.ts';
import { alertsOf, logOf, monitorOf, siteOf } from './butler/site.ts';
import { heartbeatOf, webOf } from './butler/watchdogs.ts';
import { webhooksOf } from './butler/webhooks.ts';
import { type Path, renderPath } from './config-error.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Explained } from './explain.ts';
import { type JsonSchema, schemaAt } from './json-schema.ts';
import { shownPath } from './problem-words.ts';

export type { NotTakenOver } from './butler/not-taken-over.ts';

export interface FromButler {
  /** What our own file would hold; `Config` has yet to parse it. */
  readonly config: Record<string, unknown>;
  readonly notTakenOver: readonly NotTakenOver[];
  /** What is wrong with the file; paths begin at `Butler`. */
  readonly problems: readonly Explained[];
  /** The part of the file that is in use, below `Butler`. */
  readonly inUse: Readonly<Record<string, unknown>>;
  /** The place in the Butler file that is behind a path of `config`, or behind the nearest thing around it. */
  readonly originOf: (path: Path) => Path;
  /** Undefined when the very value came from nowhere in the file. */
  readonly exactOriginOf: (path: Path) => Path | undefined;
}

const ENABLE = 'qlikSenseLicense.serverLicenseMonitor.enable';
/** Sections of ours: beside `Butler:` they would be lost. */
const ourSections: readonly string[] = [
  'sites',
  'destinations',
  'alerts',
  'lane',
  'store',
  'web',
  'heartbeat',
  'log',
];

/** @param file the whole file, parsed, with `Butler` at its root */
export function fromButler(file: unknown): FromButler {
  const schema = butlerJsonSchema();
  const butler = sectionIn(file, 'Butler');
  if (butler === undefined) return unreadable();
  const { settings: inUse, switchedOff } = partInUse(butler, schema);
  const { settings, problems } = readSettings(inUse, schema);
  const destinations = [influxdbOf(settings), mqttOf(settings), ...webhooksOf(settings)];
  const { config, origins, missing } = settle({
    sites: [siteOf(settings)],
    alerts: alertsOf(settings),
    destinations: destinations.filter((one) => one !== undefined),
    web: webOf(settings, butler['restServerConfig']),
    heartbeat: heartbeatOf(settings),
    log: logOf(settings),
  });
  const { misspelt, unknown } = unknownSections(butler, schema);
  const told = [...foreignSections(file), ...misspelt, ...problems];
  const isTold = (path: Path) => told.some((one) => begins(path, one.path));
  const gaps = missing.filter((path) => !isTold(path)).map((path) => gapAt(path, schema));
  if (monitorOf(settings).enable !== true && !isTold(butlerPath(ENABLE))) gaps.push(nothingToWatch);
  return {
    config,
    notTakenOver: [...notTakenOver(butler, settings, switchedOff), ...unknown],
    problems: [...told, ...gaps],
    inUse,
    originOf: (path) => originOf(path, origins),
    exactOriginOf: (path) => origins.get(JSON.stringify(path)),
  };
}

const nothingToWatch: Explained = {
  path: butlerPath(ENABLE),
  what: 'is not true, so there is nothing to watch; set it to true',
};

function gapAt(path: Path, schema: JsonSchema): Explained {
  const description = schemaAt(schema, undefined, path.slice(1))?.description;
  return {
    path,
    what: description === undefined ? 'is missing' : `is missing: ${description.replace(/\.$/, '')}`,
  };
}

function foreignSections(file: unknown): Explained[] {
  return Object.keys(file as object)
    .filter((key) => ourSections.includes(key))
    .map((key) => ({
      path: [key],
      what: 'cannot stand beside Butler:; license-sentinel config from-butler makes a file that can hold both',
      aboutKey: true,
    }));
}

/** A key that is near one of those that are read is a slip; any other may be one of a newer Butler. */
function unknownSections(
  butler: Readonly<Record<string, unknown>>,
  { properties = {} }: JsonSchema,
): { misspelt: Explained[]; unknown: NotTakenOver[] } {
  const read = Object.keys(properties);
  const known = [...read, ...knownBesides];
  const misspelt: Explained[] = [];
  const unknown: NotTakenOver[] = [];
  for (const key of Object.keys(butler).filter((one) => !known.includes(one))) {
    // `influxDb:true` is one key, as a blank is missing after its colon.
    const guess = didYouMean(key.split(':')[0]!, known);
    if (read.some((one) => guess.includes(`"${one}"`))) {
      misspelt.push({ path: ['Butler', key], what: `unknown key${guess}`, aboutKey: true });
    } else {
      unknown.push({
        path: renderPath(shownPath({ path: ['Butler', key], aboutKey: true })),
        why: 'is not known',
        sort: 'lost',
      });
    }
  }
  return { misspelt, unknown };
}

/** A problem with a section is one with everything in it. */
function begins(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((part, index) => part === path[index]);
}

function sectionIn(value: unknown, key: string): Readonly<Record<string, unknown>> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const section = (value as Record<string, unknown>)[key];
  const isSection = section !== null && typeof section === 'object' && !Array.isArray(section);
  return isSection ? (section as Record<string, unknown>) : undefined;
}

function unreadable(): FromButler {
  return {
    config: {},
    notTakenOver: [],
    problems: [{ path: ['Butler'], what: 'must be a section with keys of its own' }],
    inUse: {},
    originOf: () => ['Butler'],
    exactOriginOf: () => undefined,
  };
}
