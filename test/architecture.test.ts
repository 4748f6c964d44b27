/** The import rules of docs/architecture.md, checked. A folder may import itself and what stands here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** Folders or single files. Parts outside `store/` see only its port and its messages, never an implementation. */
const storePort = ['store/store.ts', 'store/message.ts'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  license: [],
  alert: ['license', 'platform/duration.ts', 'platform/instant.ts'],
  platform: [],
  sense: ['license', 'platform'],
  simulator: ['platform'],
  store: ['license', 'alert', 'platform'],
  check: ['license', 'alert', 'sense', ...storePort, 'platform'],
  delivery: ['license', 'alert', ...storePort, 'platform'],
  liveness: ['delivery/http.ts', 'delivery/http-secrets.ts', 'delivery/http-settings.ts', 'platform'],
  web: ['license', 'alert', 'liveness/liveness.ts', 'delivery/payload.ts', ...storePort, 'platform'],
  config: [
    'alert/policy.ts',
    'check/schedule.ts',
    'delivery',
    'liveness/heartbeat-section.ts',
    'sense/site-section.ts',
    'web/web-section.ts',
    'platform',
  ],
  'app.ts': [
    'alert',
    'check',
    'config',
    'delivery',
    'license',
    'liveness',
    'platform',
    'sense',
    'store',
    'web',
  ],
  'app-at-rest.ts': ['check', 'config', 'delivery', 'platform', 'store', 'web'],
  cli: [
    'app.ts',
    'app-at-rest.ts',
    'alert',
    'check',
    'config',
    'license',
    'platform',
    'simulator',
    'web/api.ts',
    'web/lane-mood.ts',
    'web/web-section.ts',
    ...storePort,
  ],
  'main.ts': ['cli', 'platform'],
};

/** Folders that must give the same answer every time: no clock, no chance, no I/O, no packages but zod. */
const pureFolders = ['license', 'alert'];
const impure =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bfetch\(|\bsetTimeout\(|from '(?!\.|zod'|node:crypto')/;
/** `hash` gives the same answer every time; nothing else of node:crypto is used there. */
const impureCrypto = /import \{(?! hash \} from 'node:crypto')[^}]*\} from 'node:crypto'/;
/** Time and chance come in as arguments everywhere but at the edge. */
const atTheEdge = ['main.ts', 'platform/clock.ts'];
const clockOrChance = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.exit\(/;

const topOf = (file: string) => file.split('/')[0]!;

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const imports = [...code.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, path]) =>
      posix.normalize(posix.join(posix.dirname(file), path!)),
    );
    return { file, code, imports };
  });

describe('the plan of the house', () => {
  it.each(sources)('$file imports only what its folder may', ({ file, imports }) => {
    const folder = topOf(file);
    const allowed = mayImport[folder] ?? []; // a new folder may import nothing until it is listed above
    const foreign = imports.filter(
      (target) => topOf(target) !== folder && !allowed.some((one) => target === one || topOf(target) === one),
    );
    expect(foreign).toEqual([]);
  });

  it.each(sources.filter(({ file }) => pureFolders.includes(topOf(file))))('$file is pure', ({ code }) => {
    expect(code.match(impure)?.[0]).toBeUndefined();
    expect(code.match(impureCrypto)?.[0]).toBeUndefined();
  });

  it.each(sources.filter(({ file }) => !atTheEdge.includes(file)))(
    '$file takes time and chance as arguments, and never exits',
    ({ code }) => {
      expect(code.match(clockOrChance)?.[0]).toBeUndefined();
    },
  );

  it('imports what loads more than is used in one place only, where that is avoided', () => {
    const heavy = /^import (?!type\b).* from '(?:undici|node:http)'/m;
    expect(sources.filter(({ code }) => heavy.test(code)).map(({ file }) => file)).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map(sources.map(({ file, imports }) => [file, imports]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' > '));
      else if (!done.has(file)) {
        for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
        done.add(file);
      }
    };
    for (const { file } of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('imports only files that exist', () => {
    const files = new Set(sources.map(({ file }) => file));
    const missing = sources.flatMap(({ file, imports }) =>
      imports.filter((target) => !files.has(target)).map((target) => `${file}: ${target}`),
    );
    expect(missing).toEqual([]);
  });
});

it('is described by a page that names every folder', () => {
  const page = readFileSync(join(src, '../docs/architecture.md'), 'utf8');
  const folders = new Set(sources.map(({ file }) => topOf(file)));
  expect(
    [...folders].filter((folder) => !page.includes(`\`src/${folder}${folder.endsWith('.ts') ? '' : '/'}\``)),
  ).toEqual([]);
});
