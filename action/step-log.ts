import { randomUUID } from 'node:crypto';

/**
 * Runs `work` while the runner obeys no workflow command in this step's log. Nothing of a stranger is meant to be printed
 * there; should a line of somebody's come through a tool's message, it is text all the same.
 */
export async function withoutCommands<T>(write: (text: string) => void, work: () => Promise<T>): Promise<T> {
  const word = randomUUID();
  write(`::stop-commands::${word}\n`);
  try {
    return await work();
  } finally {
    write(`\n::${word}::\n`);
  }
}
