import { defineConfig } from 'vitest/config';

// Stories start real processes and train real models on two cores: files run two at a time, and a story may take minutes.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '.stryker/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
