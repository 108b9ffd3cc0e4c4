import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/**
 * The window's front end. `vite --mode look` serves `look/index.html` with the test double behind
 * it, to look at screens in a browser; that entry is never part of a build.
 */
export default defineConfig(({ mode }) => ({
  plugins: [
    // Tests find the messages compiled (`npm test` does it first): the plugin keeps Vitest open.
    ...(mode === 'test'
      ? []
      : [
          paraglideVitePlugin({
            project: './project.inlang',
            outdir: './src/lib/paraglide',
            strategy: ['baseLocale'],
          }),
        ]),
    svelte(),
  ],
  resolve: {
    alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) },
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: { target: 'es2022', outDir: 'dist', modulePreload: { polyfill: false } },
  server: {
    port: mode === 'look' ? 5174 : 5173,
    strictPort: true,
    open: false,
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    testTimeout: 20_000,
  },
}));
