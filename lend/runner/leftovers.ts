import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../runner/folder.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import { removeNewLinks } from './box/links.ts';
import { jobsFolder, type Note, readNote } from './place.ts';
import { openJobGroup } from './processes/group.ts';
import { JobProcesses } from './processes/job-processes.ts';
import { startOf } from './processes/list.ts';

/** What an earlier client left when it was killed, or the power went. */
export interface Leftover {
  /** Null where its note is missing or half written. */
  nonce: string | null;
  run: number | null;
  /** How many of its processes still ran. */
  processes: number;
}

/** Ends the processes and removes the folders of jobs whose client is gone. Jobs of clients that live are left alone. */
export async function removeLeftovers(env: NodeJS.ProcessEnv): Promise<Leftover[]> {
  const jobs = jobsFolder(env);
  const names = await readdir(jobs).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: Leftover[] = [];
  for (const name of names) {
    const folder = join(jobs, name);
    const note = await readNote(folder);
    if (note !== null ? isAlive(note) : await isNew(folder)) continue;
    found.push(await removeJob(env, folder, note));
  }
  return found;
}

async function removeJob(env: NodeJS.ProcessEnv, folder: string, note: Note | null): Promise<Leftover> {
  let count = 0;
  if (note !== null) {
    const group = note.group === null ? null : openJobGroup(note.group);
    const processes = new JobProcesses({ mark: note.mark, first: null, group, isBoxed: true });
    count = processes.look().length;
    await processes.end();
    removeNewLinks(cacheFolder(env), note.links);
  }
  await removeTree(folder);
  return { nonce: note?.nonce ?? null, run: note?.run ?? null, processes: count };
}

function isAlive({ client, clientStarted }: Note): boolean {
  const started = startOf(client);
  return started !== null && started === clientStarted;
}

/** Another client may be about to write its note. */
async function isNew(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder);
  return Date.now() - mtimeMs < 60_000;
}
