import type { Context } from './context.ts';
import { openMemory } from './memory/memory.ts';
import type { Setting } from './verb.ts';

/** What a verb works with, for one call. GitHub's library is loaded by the verbs that need it. */
export function settingOf(
  context: Context,
  flags: { fresh?: boolean | undefined; ref?: string | undefined },
): Setting {
  const { fresh = false, ref } = flags;
  return {
    context,
    fresh,
    memory: () => openMemory(context, ref === undefined ? { fresh } : { fresh, ref }),
    github: async (needs) => (await import('./github/client.ts')).connect(context, needs),
  };
}
