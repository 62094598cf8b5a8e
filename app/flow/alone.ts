import { join } from 'node:path';
import { withLock } from '../../setup/step.mjs';

/** One thing at a time in a repository, whichever process of this machine does it: a server, and a sweep beside it. */
export type Alone = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Processes that share a cache wait for each other. The lock of one that died is taken over.
 * @param unlocked hears why there is no lock; the work is done without it, since a full disk must not stop the bot
 */
export function aloneIn(
  cache: string,
  { owner, name }: { owner: string; name: string },
  unlocked: (error: unknown) => void,
): Alone {
  const lock = join(cache, 'locks', `${owner}+${name}`.toLowerCase());
  return async (work) => {
    const begun: ReturnType<typeof work>[] = [];
    const begin = async () => {
      begun.push(work());
      await begun[0];
    };
    try {
      await withLock(lock, begin);
    } catch (error) {
      if (begun.length > 0) throw error;
      unlocked(error);
      await begin();
    }
    return begun[0]!;
  };
}
