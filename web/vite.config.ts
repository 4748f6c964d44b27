/** Builds the page into `dist/page`: files only, nothing inline, so that a strict content security policy holds. */
/* oxlint-disable import/no-default-export -- Vite reads the default export. */
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the page works below any path of a reverse proxy.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    // `light-dark()` of the style sheets needs these; the fallback for older ones would not obey the theme switch.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // Working on the page: `vite web` beside a running service.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
