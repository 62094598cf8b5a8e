import { CommandError } from '../core/errors.ts';
import { gitBlob } from '../core/git-blob.ts';
import { own } from '../core/names.ts';
import { TRAIN_PATH } from '../core/rules/eligibility.ts';
import { fileAt } from './clone/git.ts';
import type { Memory } from './memory.ts';
import { blobText } from './source.ts';

/** The file to beat: the incumbent of a track, or main's own while the primary track has none. */
export async function incumbentSource(memory: Memory, track = memory.leaderboard.primary) {
  const { folder, commit } = memory.repository;
  const incumbent = own(memory.leaderboard.tracks, track)?.incumbent;
  if (incumbent) {
    const { pull, blob, valBpb } = incumbent;
    const source = await blobText(folder, blob);
    if (source !== null) return { track, pull, blob, valBpb, source };
    throw new CommandError(
      `the file that holds the record of ${track} (blob ${blob}) is not in this clone`,
      'In a shallow clone: git fetch --unshallow. Otherwise fetch main first: --fresh.',
    );
  }
  const source = await fileAt(folder, commit, TRAIN_PATH);
  if (track === memory.leaderboard.primary && source !== null) {
    return { track, pull: null, blob: gitBlob(source), valBpb: null, source };
  }
  const known = Object.keys(memory.leaderboard.tracks).join(', ') || 'none yet';
  throw new CommandError(`track ${track} has no record`, `Tracks with one: ${known}. Name it with --track.`);
}
