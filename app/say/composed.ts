import { DESCENT } from '../../core/command-name.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { block } from '../../core/text/harmless/github.ts';
import { pullNames } from '../../core/text/plural.ts';

/** What a verdict says of a change that was put onto a newer file of the frontier, or could not be. */

export function composedOf({ composedFrom, base, blob }: ExperimentResult): string | null {
  if (composedFrom === undefined || base === undefined) return null;
  const newer = base.pull === null ? "main's first file" : `the file of #${base.pull}`;
  return `What was measured is the change of this pull request (blob \`${composedFrom.slice(0, 12)}\`) put onto ${newer} (blob \`${base.blob.slice(0, 12)}\`). Together they are blob \`${blob.slice(0, 12)}\`.`;
}

/** Both sides of each place, as git shows a conflict. */
export function conflictOf({ conflict }: ExperimentResult): string | null {
  if (conflict === undefined) return null;
  const { onto, since, places } = conflict;
  const who = since.length > 0 ? ` (${pullNames(since)})` : '';
  const shown = places.map(({ line, before, theirs, ours }) => {
    const sides = [
      '<<<<<<< on the frontier',
      ...theirs,
      '||||||| before both',
      ...before,
      '=======',
      ...ours,
      '>>>>>>> in this pull request',
    ];
    return `At line ${line} of the newest file:\n\n${block(sides.join('\n'), 8000)}`;
  });
  return [
    `**The newest file of the frontier** (blob \`${onto.slice(0, 12)}\`) **has other changes in the same lines**${who}. Which of them to keep is for the author to say. Words of strangers:`,
    ...shown,
  ].join('\n\n');
}

export const RESOLVE = `Next: \`${DESCENT} rebase\` puts the change onto the newest file on your own machine and leaves these places to you. Open a new pull request with what you made of them: it is compared with the frontier as it then is.`;
