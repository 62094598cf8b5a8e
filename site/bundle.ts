import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { FULL, LINES, PLACES } from '../core/formats/events.ts';

/** The page's script in one file: the same sources and packages give the same bytes. */
export function script(): string {
  const result = buildSync({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: ['site/live/main.ts'],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'error',
    define: {
      EVENT_PLACES: JSON.stringify(PLACES),
      EVENT_LIMITS: JSON.stringify({ lines: LINES, characters: FULL }),
    },
  });
  return result.outputFiles[0]!.text;
}
