import { writeFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf } from '../failure.ts';
import { inert } from '../inert.ts';
import { git } from '../memory/git.ts';
import type { Memory } from '../memory/memory.ts';
import { verb } from '../verb.ts';

export const best = verb({
  name: 'best',
  summary: 'the best train.py of a track: printed, or written to a file',
  examples: ['descent best > train/train.py', 'descent best --track h100 --out train/train.py'],
  input: z.strictObject({
    track: z.string().optional().describe('the primary track otherwise'),
    out: z.string().optional().describe('write the file here instead of printing it'),
  }),
  positional: [],
  async run({ memory: open, context }, { track, out }) {
    using memory = await open();
    const name = track ?? memory.leaderboard.primary;
    const { incumbent } = standingOf(memory, name);
    const source = await content(memory, incumbent.blob);
    const path = out === undefined ? null : resolvePath(context.cwd, out);
    if (path !== null) await save(path, source);
    return { track: name, ...incumbent, path, source: path === null ? source : null };
  },
  render(value) {
    if (value.source !== null) return inert(value.source);
    return `${value.path}: val_bpb ${value.valBpb.toFixed(4)} on ${value.track}, ${value.pull === null ? 'the first file' : `#${value.pull}`}\n`;
  },
});

/** What the leaderboard says of a track. A Failure names the tracks there are. */
export function standingOf(memory: Memory, track: string) {
  const standing = memory.leaderboard.tracks[track];
  if (standing) return standing;
  const known = Object.keys(memory.leaderboard.tracks);
  const there =
    known.length === 0 ? 'no track has a measured incumbent yet' : `there are ${known.join(', ')}`;
  throw new Failure(
    `track ${track} has no record; ${there}`,
    'Name a track with --track, or read train/train.py of main.',
  );
}

/** The bytes of a measured file. Those of a stale winner that was never on main may be in the pull request's head alone. */
async function content(memory: Memory, blob: string): Promise<string> {
  try {
    return await git(memory.repository.folder, ['cat-file', 'blob', blob]);
  } catch (cause) {
    throw new Failure(`this clone does not hold ${blob}`, 'Try again with --fresh.', { cause });
  }
}

async function save(path: string, source: string): Promise<void> {
  try {
    await writeFile(path, source);
  } catch (cause) {
    throw new Failure(
      `could not write ${path}: ${messageOf(cause)}`,
      'Name a file that can be written with --out.',
      { cause },
    );
  }
}
