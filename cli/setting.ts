import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { openMemory } from '../memory/memory.ts';
import { insideClone, newInsideClone } from './clone/inside.ts';
import type { Setting } from './verb.ts';

interface Flags {
  fresh?: boolean | undefined;
  ref?: string | undefined;
  /** Files outside the clone are out of reach. */
  confined?: boolean;
  limitSeconds?: number;
  signal?: AbortSignal;
}

/** What a verb works with in one call. Only the verbs that need GitHub's library load it. */
export function settingOf(context: Context, flags: Flags): Setting {
  const { fresh = false, ref, confined = false, limitSeconds = Number.POSITIVE_INFINITY, signal } = flags;
  const { cwd } = context;
  return {
    context,
    fresh,
    ref,
    limitSeconds,
    signal: signal ?? new AbortController().signal,
    reads: async (path) => (confined ? insideClone(cwd, path) : resolve(cwd, path)),
    writes: async (path, replaceable) =>
      confined ? newInsideClone(cwd, path, replaceable) : resolve(cwd, path),
    memory: (options) => openMemory(context, { fresh, ...(ref !== undefined && { ref }), ...options }),
    github: async (needs) => (await import('./github/client.ts')).connect(context, needs),
  };
}
