import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { LEDGER_PATH } from '../../core/formats/ledger.ts';
import { sha, sha256 } from '../../core/formats/primitives.ts';
import { parseStrictJson } from '../../core/formats/strict-json.ts';
import { git, isShallow, resolve } from '../clone/git.ts';
import { mainRemote, remotesOf } from '../clone/remotes.ts';
import type { Repository } from '../clone/repository.ts';
import { ledgerAt } from './at.ts';
import { isOnMain } from './main-line.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/**
 * Each client remembers the last state of main that it saw, and refuses a main that does not contain it. So whoever writes main's history
 * again is seen by all who read it before, also where the new history merges the old one from the side.
 */

const seenSchema = z.strictObject({
  schema: z.literal(1),
  /** The repository that main was fetched from. */
  swarm: z.string(),
  commit: sha,
  /** Of its ledger; 0 where it had none. */
  events: z.int().min(0),
  root: sha256.nullable(),
  /** The last commit that changed the ledger; null where there was none. */
  ledgerCommit: sha.nullable(),
});
type Seen = z.infer<typeof seenSchema>;

interface Options {
  env: Record<string, string | undefined>;
  /** Main was fetched just now: it cannot be older than before. */
  fresh: boolean;
}

/** Remembers main as it is. Throws where it does not contain what was seen before. */
export async function witness(repository: Repository, options: Options): Promise<void> {
  const swarm = await swarmOf(repository);
  if (swarm === null) return;
  const path = seenPath(swarm, options.env);
  const [before, now] = [await readSeen(path), await stateOf(repository, swarm)];
  if (before?.commit === now.commit) return;
  const relation = before ? await relationOf(repository, before, now) : 'contains';
  if (relation === 'contains') await write(path, now);
  else if (relation === 'rewritten' || (relation === 'older' && options.fresh))
    throw new CommandError(
      `${repository.ref} (${now.commit.slice(0, 12)}) does not contain commit ${before!.commit.slice(0, 12)}, which this computer saw on it before, after ${before!.events} events of the ledger`,
      `Main's history was written again: results or credits may be gone. Ask the maintainers why, and compare with other clones. When you know why, and trust it: ${DESCENT} ledger --forget`,
    );
}

/** Forgets what was seen of the repository, and remembers main as it is. @returns whether anything was known */
export async function forget(repository: Repository, { env }: Pick<Options, 'env'>): Promise<boolean> {
  const swarm = await swarmOf(repository);
  if (swarm === null) return false;
  const path = seenPath(swarm, env);
  const known = await readFile(path).then(
    () => true,
    () => false,
  );
  await write(path, await stateOf(repository, swarm));
  return known;
}

type Relation = 'contains' | 'older' | 'rewritten' | 'unknown';

/** A clone that is behind has an older main. That is no other main. */
async function relationOf({ folder }: Repository, before: Seen, now: Seen): Promise<Relation> {
  if (await isKnown(folder, before.commit)) {
    if (await isOnMain(folder, before.commit, now.commit)) return 'contains';
    return (await isOnMain(folder, now.commit, before.commit)) ? 'older' : 'rewritten';
  }
  // What a clone does not know may have come after what it has. A ledger that goes as far has the same commits.
  if (before.ledgerCommit === null || (await isShallow(folder))) return 'unknown';
  if (now.events < before.events) return 'older';
  const isSame =
    (await isKnown(folder, before.ledgerCommit)) && (await isOnMain(folder, before.ledgerCommit, now.commit));
  return isSame ? 'unknown' : 'rewritten';
}

async function isKnown(folder: string, commit: string): Promise<boolean> {
  return (await resolve(folder, `${commit}^{commit}`)) !== null;
}

async function stateOf({ folder, commit }: Repository, swarm: string): Promise<Seen> {
  const ledger = await ledgerAt(folder, commit);
  const { events, root } = ledger?.ok ? ledger.value : { events: 0, root: null };
  const last = await git(folder, ['rev-list', '--first-parent', '--max-count=1', commit, '--', LEDGER_PATH]);
  return { schema: 1, swarm, commit, events, root, ledgerCommit: last.trim() || null };
}

/** What the remotes of all clones of one repository have in common; null where main is a branch of the user's own. */
async function swarmOf(repository: Repository): Promise<string | null> {
  const remote = mainRemote(await remotesOf(repository));
  if (!remote || repository.ref !== `${remote.name}/main`) return null;
  const [place] = remote.places;
  return place ? `${place.host}/${place.owner}/${place.repo}`.toLowerCase() : remote.url;
}

/** The user's state, as the XDG base directory specification has it; beside the cache where that was moved. */
function seenPath(swarm: string, env: Record<string, string | undefined>): string {
  const given = env.XDG_STATE_HOME ?? '';
  const folder = given.startsWith('/')
    ? join(given, 'descent')
    : (env.DESCENT_CACHE ?? join(env.HOME || homedir(), '.local', 'state', 'descent'));
  return join(folder, 'seen', `${createHash('sha256').update(swarm).digest('hex').slice(0, 16)}.json`);
}

/** @throws CommandError where it cannot be read: forgetting is for people to decide */
async function readSeen(path: string): Promise<Seen | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    return seenSchema.parse(parseStrictJson(text));
  } catch (cause) {
    throw new CommandError(
      `${path}, where this computer keeps what it saw of main, cannot be read`,
      `Begin anew with what main is now: ${DESCENT} ledger --forget`,
      { cause },
    );
  }
}

async function write(path: string, seen: Seen): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, `${JSON.stringify(seen, null, 2)}\n`, { mode: 0o600, flush: true });
}
