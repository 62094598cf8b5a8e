import { once } from 'node:events';
import { dirname } from 'node:path';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Context } from '../../core/context.ts';
import { CommandError } from '../../core/errors.ts';
import { fileAt } from '../../memory/clone/git.ts';
import { findRepository } from '../../memory/clone/repository.ts';
import { loadVerbs } from '../verbs.ts';
import { createServer } from './server.ts';

/** The clone that this program is part of. */
export const OWN_CLONE = dirname(dirname(import.meta.dirname));

/** `descent mcp`: serves until the client closes standard input; what it started ends with it. */
export async function serve(context: Context): Promise<void> {
  const ending = new AbortController();
  const cwd = await cloneFor(context.cwd);
  const server = createServer({ ...context, cwd }, await loadVerbs(), ending.signal);
  const ended = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  await ended;
  ending.abort(new CommandError('the client has disconnected', 'Nothing of the run is left behind.'));
  await server.close();
}

/** Clients start servers in any folder. Outside a clone of Descent, the program's own clone is served. */
async function cloneFor(cwd: string): Promise<string> {
  try {
    const { folder, commit } = await findRepository(cwd);
    if ((await fileAt(folder, commit, 'results/leaderboard.json')) !== null) return cwd;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
  return OWN_CLONE;
}
