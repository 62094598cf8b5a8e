import { existsSync, globSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';

/** Where files that others' tests import stood until 27 November 2026, and where they stand. */
const MOVED: [string, string][] = [
  ['app/testing/world.ts', 'testing/examples/report.ts'],
  ['app/testing/', 'testing/bot/'],
  ['app/server.ts', 'app/serve/server.ts'],
  ['app/intake/content.ts', 'core/python/digest.ts'],
  ['app/intake/description.ts', 'core/formats/description.ts'],
  ['app/intake/diff.ts', 'core/text/diff.ts'],
  ['app/intake/config.ts', 'core/formats/config.ts'],
  ['app/intake/leaderboard.ts', 'core/formats/leaderboard.ts'],
  ['app/decide/acceptance/', 'core/rules/acceptance/'],
  ['results/schema.ts', 'core/formats/result.ts'],
  ['runner/contract/', 'core/formats/'],
  ['runner/cli.ts', 'runner/command/run.ts'],
  ['agent/fixtures/', 'testing/clone/'],
  ['agent/', 'cli/'],
];

/**
 * For vitest: tests that others wrote for the former layout, copied into a clone, find today's files.
 * @param root of the clone
 */
export function formerLayout(root: string) {
  return {
    name: 'former-layout',
    enforce: 'pre' as const,
    resolveId(source: string, importer?: string): string | null {
      if (!source.startsWith('.') || importer === undefined) return null;
      const path = resolve(dirname(importer), source);
      if (existsSync(path)) return null;
      const old = relative(root, path);
      const moved = MOVED.filter(([from]) => old.startsWith(from));
      for (const place of [...moved.map(([from, to]) => to + old.slice(from.length)), old]) {
        // Many a file now lies in a room of the folder that it was in.
        const room = `${dirname(place)}/*/${basename(place)}`;
        const present = existsSync(resolve(root, place)) ? place : globSync(room, { cwd: root })[0];
        if (present !== undefined) return resolve(root, present);
      }
      return null;
    },
  };
}
