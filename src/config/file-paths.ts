/** Relative paths in a configuration file count from the folder of that file, wherever the service is started. Pure. */
import { isAbsolute, resolve, win32 } from 'node:path';
import type { Config } from './config.ts';

/** Keys that hold the path of a file or folder, in sites, destinations, `web` and `heartbeat`, at any depth. */
const PATH_KEYS: ReadonlySet<string> = new Set(['certificates', 'ca', 'cert', 'key', 'pfx']);

/** Sections whose keys are names that the user chose; none of their values is a path. */
export const NAMED_BY_USERS: ReadonlySet<string> = new Set([
  'tags',
  'measurementTags',
  'headers',
  'severityByRung',
]);

/** The configuration with every relative path made absolute. */
export function resolvePaths(config: Config, folder: string): Config {
  return {
    ...config,
    sites: config.sites.map((site) => withPaths(site, folder)),
    destinations: config.destinations.map((destination) => withPaths(destination, folder)),
    web: withPaths(config.web, folder),
    heartbeat: config.heartbeat && withPaths(config.heartbeat, folder),
    store: { ...config.store, path: pathFrom(folder, config.store.path) },
  };
}

/** An absolute path as it is, be it Windows' or POSIX'; any other from the folder. */
export function pathFrom(folder: string, path: string): string {
  if (isAbsolute(path) || /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)) return path;
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder) ? win32.resolve(folder, path) : resolve(folder, path);
}

function withPaths<Section extends object>(section: Section, folder: string): Section {
  const entries = Object.entries(section).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'string') return [key, PATH_KEYS.has(key) ? pathFrom(folder, value) : value];
    return [key, isPlainObject(value) && !NAMED_BY_USERS.has(key) ? withPaths(value, folder) : value];
  });
  return Object.fromEntries(entries) as Section;
}

/** Not a `Secret`, whose hidden text would be lost by copying. */
function isPlainObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
}
