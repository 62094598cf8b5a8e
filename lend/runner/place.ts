import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseStrictJson } from '../../core/formats/strict-json.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import { type Link, linkSchema, linksIn } from './box/links.ts';
import { startOf } from './processes/list.ts';

/** The folders of one job. All of them are in one folder, which is removed with the job. */
export interface Place {
  folder: string;
  /** Where GitHub's runner is unpacked; its work folder is inside. */
  runner: string;
  temporary: string;
  /** A home for programs that want one. */
  home: string;
  /** Where client, hook and runner/ leave words for each other. */
  words: string;
  /** In the cache, before the job. */
  links: Link[];
}

/** What is written down about a job, for the client that starts after a power cut. */
const noteSchema = z.strictObject({
  schema: z.literal(1),
  nonce: z.string(),
  run: z.int(),
  /** Of its processes: the mark they inherit, and their control group. */
  mark: z.string(),
  group: z.string().nullable(),
  /** The client that started it. */
  client: z.int(),
  clientStarted: z.string().nullable(),
  /** In the cache, before the job. */
  links: z.array(linkSchema),
});
export type Note = z.infer<typeof noteSchema>;

/** The client's own folder in the cache: archives, and the folders of jobs. */
export function lendFolder(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), 'lend');
}

export function jobsFolder(env: NodeJS.ProcessEnv): string {
  return join(lendFolder(env), 'jobs');
}

/** Makes the folders of a job, and writes its note first. A sandbox's user passes through where root lends, and lists nothing. */
export async function makePlace(
  env: NodeJS.ProcessEnv,
  { nonce, run, mark, group }: Pick<Note, 'nonce' | 'run' | 'mark' | 'group'>,
): Promise<Place> {
  const open = process.getuid?.() === 0 ? 0o711 : 0o700;
  const jobs = jobsFolder(env);
  await mkdir(jobs, { recursive: true });
  for (const folder of [lendFolder(env), jobs]) await chmod(folder, open);
  const folder = join(jobs, `${nonce.slice(0, 8)}-${randomBytes(8).toString('hex')}`);
  await mkdir(folder, { mode: open });
  await chmod(folder, open);
  const client = process.pid;
  const links = linksIn(cacheFolder(env));
  const note: Note = { schema: 1, nonce, run, mark, group, client, clientStarted: startOf(client), links };
  await writeFile(join(folder, 'note.json'), JSON.stringify(note), { flush: true });
  const place = placeIn(folder, links);
  for (const one of [place.runner, place.temporary, place.home]) {
    await mkdir(one);
    await chmod(one, open);
  }
  await mkdir(place.words, { mode: 0o700 });
  return place;
}

/** Null where the folder holds no note: its client ended before it started anything. */
export async function readNote(folder: string): Promise<Note | null> {
  const text = await readFile(join(folder, 'note.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });
  try {
    return noteSchema.safeParse(parseStrictJson(text)).data ?? null;
  } catch {
    return null; // half written when the power went
  }
}

function placeIn(folder: string, links: Link[]): Place {
  const at = (name: string) => join(folder, name);
  return { folder, runner: at('runner'), temporary: at('tmp'), home: at('home'), words: at('words'), links };
}
