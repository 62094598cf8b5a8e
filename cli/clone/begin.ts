import { frontierBranch } from '../../core/formats/frontier.ts';
import { basesOf } from '../../core/formats/leaderboard.ts';
import { own } from '../../core/names.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { git, resolve, resolveAll } from '../../memory/clone/git.ts';
import { branchCommit, fetchFrontiers } from '../../memory/clone/repository.ts';
import { type Guess, guessOf } from '../../memory/guess.ts';
import type { Memory } from '../../memory/memory.ts';
import { blobText } from '../../memory/source.ts';
import { baseInHistory, baseOf } from './base.ts';
import { commitFile } from './branch.ts';

/** Where the branch of an experiment begins: at the file that the experiment changes, so that the bot compares it with that one. */

/** The commands that begin a branch there by hand. `claim` and `submit` begin it themselves. */
export function beginCommand({ branch }: Pick<Guess, 'branch'>, isPrimary: boolean): string | null {
  return isPrimary ? `git fetch upstream ${branch} && git switch -c NAME upstream/${branch}` : null;
}

/** What the working file was changed from: a file that holds or held the record, or is or was on the frontier; null where nothing says it. */
export async function workBase(memory: Memory, track: string): Promise<string | null> {
  const ground = await groundOf(memory, track);
  return ground === undefined ? null : baseOf(memory.repository, ground.known, ground.others);
}

/**
 * The same on a track with a frontier, where the bot judges a change over what it was made to; null on others.
 * @param certified it was changed from the record, whatever this clone knows
 */
export async function judgedOver(memory: Memory, track: string, certified: boolean): Promise<string | null> {
  const standing = own(memory.leaderboard.tracks, track);
  if (standing?.frontier === undefined) return null;
  const { blob } = standing.incumbent;
  return certified ? blob : ((await workBase(memory, track)) ?? blob);
}

/** The commit at which a new branch of a change to this file begins: main's, that of a link, or one on main that puts the file there. */
export async function beginAt(memory: Memory, track: string, login: string, base: string): Promise<string> {
  const { folder, commit } = memory.repository;
  const branch = guessOf(memory.leaderboard, track)?.branch;
  const search = async () => {
    const commits = [commit, ...(branch === undefined ? [] : await linkCommits(memory, branch))];
    const files = await resolveAll(
      folder,
      commits.map((one) => `${one}:${TRAIN_PATH}`),
    );
    return commits[files.indexOf(base)] ?? null;
  };
  const here = await search();
  if (here !== null || branch === undefined) return here ?? withFile(memory, login, commit, base);
  await fetchFrontiers(folder);
  return (await search()) ?? withFile(memory, login, commit, base);
}

/** A commit of the branch after which the next change counts as one to this file. */
export async function continueFrom(
  memory: Memory,
  track: string,
  login: string,
  { parent, base }: { parent: string; base: string },
): Promise<string> {
  const ground = await groundOf(memory, track);
  if (ground === undefined) return parent;
  const there = await baseInHistory(memory.repository, parent, ground.known, ground.others);
  return there === base ? parent : withFile(memory, login, parent, base);
}

/** Commits that are no work of an experiment's branch: main, and the frontier of the track. */
export async function sharedTips({ repository, leaderboard }: Memory, track: string): Promise<string[]> {
  const tip = await branchCommit(repository, frontierBranch(track, leaderboard.primary));
  return [repository.commit, ...(tip === null ? [] : [tip])];
}

async function groundOf(memory: Memory, track: string) {
  const standing = own(memory.leaderboard.tracks, track);
  const known = standing ? basesOf(standing) : await firstFile(memory, track);
  return known && { known, others: await sharedTips(memory, track) };
}

/** Main's own file is what is built on while the primary track has no record. */
async function firstFile({ repository, leaderboard }: Memory, track: string) {
  if (track !== leaderboard.primary) return undefined;
  const blob = await resolve(repository.folder, `${repository.commit}:${TRAIN_PATH}`);
  return blob === null ? undefined : new Set([blob]);
}

/** Of the frontier's branch, the newest first. */
async function linkCommits({ repository }: Memory, branch: string): Promise<string[]> {
  const tip = await branchCommit(repository, branch);
  if (tip === null) return [];
  const text = await git(repository.folder, ['rev-list', '--first-parent', tip, `^${repository.commit}`]);
  return text.split('\n').filter(Boolean);
}

async function withFile(memory: Memory, login: string, parent: string, base: string): Promise<string> {
  const text = await blobText(memory.repository.folder, base);
  if (text === null) return parent; // nobody can read it here: the bot compares with what the branch began from
  return commitFile(memory.repository, login, {
    path: TRAIN_PATH,
    text,
    parent,
    message: `Begin at ${base.slice(0, 12)}`,
  });
}
