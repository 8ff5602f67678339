import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,bench,components,lib,engine,scripts,templates,e2e}/**/*.test.{ts,tsx}'],
    exclude: [...configDefaults.exclude, '**/*.browser.test.ts', 'templates/*/files/**'],
    environment: 'node',
    passWithNoTests: false,
    // Patience for busy machines, not an assertion: a test that takes this long has failed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
