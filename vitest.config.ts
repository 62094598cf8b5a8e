import { defineConfig } from 'vitest/config';
import { formerLayout } from './testing/former-layout.ts';

// Stories start real processes and train real models on two cores: files run two at a time, and a story may take minutes.
export default defineConfig({
  plugins: [formerLayout(import.meta.dirname)],
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '.stryker/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
