import { resolve } from 'node:path';
import { insideClone, newInsideClone } from './clone/inside.ts';
import type { Context } from './context.ts';
import { openMemory } from './memory/memory.ts';
import type { Setting } from './verb.ts';

/** What a verb works with, for one call. `confined`: files outside the clone are out of reach. GitHub's library is loaded by the verbs that need it. */
export function settingOf(
  context: Context,
  flags: { fresh?: boolean | undefined; ref?: string | undefined; confined?: boolean },
): Setting {
  const { fresh = false, ref, confined = false } = flags;
  const { cwd } = context;
  return {
    context,
    fresh,
    reads: async (path) => (confined ? insideClone(cwd, path) : resolve(cwd, path)),
    writes: async (path, replaceable) =>
      confined ? newInsideClone(cwd, path, replaceable) : resolve(cwd, path),
    memory: () => openMemory(context, ref === undefined ? { fresh } : { fresh, ref }),
    github: async (needs) => (await import('./github/client.ts')).connect(context, needs),
  };
}
