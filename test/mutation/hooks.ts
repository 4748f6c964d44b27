/** Lets the process of the mutants load the same modules again and again, fresh each time, without reading them again. */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

const sources = new Map<string, string>();
let generation = 0;

/** What is imported from now on is evaluated anew, libraries excepted. */
export const nextGeneration = () => `?generation=${++generation}`;

/** `root`: the folder, as a URL, below which modules are loaded anew. `shim`: what stands for `vitest`. */
export function hookModules(root: string, shim: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'vitest' && context.parentURL !== shim) return { url: shim, shortCircuit: true };
      const found = next(specifier, context);
      const { url } = found;
      if (!url.startsWith(root) || !url.endsWith('.ts') || url.includes('/node_modules/')) return found;
      const from = context.parentURL?.match(/\?generation=\d+$/)?.[0];
      return from === undefined ? found : { ...found, url: `${url}${from}` };
    },
    load(url, context, next) {
      if (!/\?generation=\d+$/.test(url)) return next(url, context);
      const path = fileURLToPath(url.slice(0, url.indexOf('?')));
      let source = sources.get(path);
      if (source === undefined) {
        source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
        sources.set(path, source);
      }
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
