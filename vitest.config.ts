import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'bench/src/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    setupFiles: ['scripts/seed-random-tests.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Two cores: more workers than that only make the worker-thread tests compete with each other.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
