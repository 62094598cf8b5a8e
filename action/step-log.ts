import { randomUUID } from 'node:crypto';

/**
 * Runs `work` while the runner obeys no workflow command in this step's log. No stranger's text should be printed there. If a
 * line comes through a tool's message nevertheless, it stays text.
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
