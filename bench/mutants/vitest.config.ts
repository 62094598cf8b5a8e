import { defineConfig } from 'vitest/config';

// Unit tests that end in milliseconds: no child process, no emulator, no git.
export default defineConfig({
  test: {
    include: ['core/**/*.test.ts', 'app/decide/**/*.test.ts', 'runner/score/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'runner/score/model-server.test.ts'],
  },
});
