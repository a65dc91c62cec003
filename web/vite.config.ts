import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** What nearly every page needs: one file instead of a dozen of a few hundred bytes each. */
const SMALL_PARTS = {
  name: 'parts',
  test: /src\/(?:ui\/(?:Button|Dialog|EmptyState|Field|Key|Menu|ProblemNote|Skeleton|State|announcer|cell|format|icons|keys|media)\.|shell\/(?:AppearanceSettings|appearance)\.|labels\/colors\.)/,
};

/**
 * The page is served under a policy without inline script or style (docs/decisions/0006-web-components.md),
 * so nothing may be inlined into the document: no asset as a data: address, no preload polyfill.
 */
export default defineConfig({
  plugins: [react()],
  css: { postcss: { plugins: [] }, modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: '../src/assay/ui',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [SMALL_PARTS] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  test: {
    environment: 'happy-dom',
    setupFiles: ['tests/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: { include: /tokens\.css/, modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
