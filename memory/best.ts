import { CommandError } from '../core/errors.ts';
import { gitBlob } from '../core/git-blob.ts';
import { own } from '../core/names.ts';
import { TRAIN_PATH } from '../core/rules/eligibility.ts';
import { fileAt } from './clone/git.ts';
import { fetchFrontiers } from './clone/repository.ts';
import { type Guess, guessOf } from './guess.ts';
import type { Memory } from './memory.ts';
import { blobText } from './source.ts';

/** The files that agents build on: the record, and the best guess. */

export interface Best {
  track: string;
  pull: number | null;
  blob: string;
  /** The record's; null before it is measured, and for a guess. */
  valBpb: number | null;
  /** Where this is the head of the frontier: what is thought of it. */
  guess: Guess | null;
  source: string;
}

/** The file to build on: the head of the track's frontier, or else the record. */
export async function bestSource(
  memory: Memory,
  { track = memory.leaderboard.primary, certified = false }: { track?: string; certified?: boolean } = {},
): Promise<Best> {
  const guess = certified ? null : guessOf(memory.leaderboard, track);
  if (guess === null) return recordSource(memory, track);
  const { pull, blob } = guess;
  return { track, pull, blob, valBpb: null, guess, source: await adoptedText(memory, blob) };
}

/** The file to beat: the record of a track, or main's own while the primary track has none. */
export async function recordSource(memory: Memory, track = memory.leaderboard.primary): Promise<Best> {
  const { folder, commit } = memory.repository;
  const incumbent = own(memory.leaderboard.tracks, track)?.incumbent;
  if (incumbent) {
    const { pull, blob, valBpb } = incumbent;
    const source = await blobText(folder, blob);
    if (source !== null) return { track, pull, blob, valBpb, guess: null, source };
    throw new CommandError(
      `the file that holds the record of ${track} (blob ${blob}) is not in this clone`,
      'In a shallow clone: git fetch --unshallow. Otherwise fetch main first: --fresh.',
    );
  }
  const source = await fileAt(folder, commit, TRAIN_PATH);
  if (track === memory.leaderboard.primary && source !== null) {
    return { track, pull: null, blob: gitBlob(source), valBpb: null, guess: null, source };
  }
  const known = Object.keys(memory.leaderboard.tracks).join(', ') || 'none yet';
  throw new CommandError(`track ${track} has no record`, `Tracks with one: ${known}. Name it with --track.`);
}

/** The file of a link. A clone that was made before it was adopted has it after a fetch. */
export async function adoptedText({ repository }: Memory, blob: string): Promise<string> {
  const held = await blobText(repository.folder, blob);
  if (held !== null) return held;
  await fetchFrontiers(repository.folder);
  const fetched = await blobText(repository.folder, blob);
  if (fetched !== null) return fetched;
  throw new CommandError(
    `the best guess (blob ${blob}) is not in this clone, and the frontier on GitHub does not have it now`,
    'Fetch main first: --fresh. Or take the record: --certified.',
  );
}

/** The texts of the best guess, where the clone holds it, and last of the record. */
export async function basesHere(memory: Memory, track?: string): Promise<string[]> {
  const record = await recordSource(memory, track);
  const guess = guessOf(memory.leaderboard, record.track);
  const head = guess === null ? null : await blobText(memory.repository.folder, guess.blob);
  return head === null ? [record.source] : [head, record.source];
}
