import { join } from 'node:path';
import { z } from 'zod';
import { freshClone, runQuietly } from './clone.ts';

/** Asks the agent's command line, in a process of its own, what the records of a repository say. */

const AGENT = join(import.meta.dirname, '../../agent/main.ts');

export interface Place {
  /** Of the repository, as people see it. */
  url: string;
  branch: string;
  /** Folder for the clone and its index. */
  cache: string;
}

const digestSchema = z.object({ page: z.string(), plot: z.string().nullable() });

/** The one page of what is known, and the progress plot of the primary track (SVG; null before it has a record). */
export async function askDigest(place: Place): Promise<z.infer<typeof digestSchema>> {
  return digestSchema.parse(await ask(place, ['digest']));
}

async function ask({ url, branch, cache }: Place, args: string[]): Promise<unknown> {
  const folder = await freshClone(url, branch, cache);
  const [verb, ...rest] = args;
  const said = await runQuietly(process.execPath, [AGENT, verb!, '--json', ...rest], folder, {
    DESCENT_CACHE: cache,
  });
  return JSON.parse(said);
}
