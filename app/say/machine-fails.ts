import { DESCENT } from '../../core/command-name.ts';
import { NO_OWNER, ownerOf } from '../../core/owner.ts';
import { inline } from '../../core/text/harmless/github.ts';
import { type Message, paragraphs } from './before-verdict.ts';

/** A run that is given up, and a machine that could not finish it. */
interface GivenUp {
  machine: string;
  track: string;
  /** Null for main's own file. */
  pull: number | null;
  /** How its last attempt ended. */
  why: string;
}

/** To the owner of the machine, or to maintainers where its name says none. */
export function machineFails({ machine, track, pull, why }: GivenUp): Message {
  const owner = ownerOf(machine);
  const whose = owner === NO_OWNER ? 'The owner of this machine is not known. ' : `@${owner}, `;
  const what = pull === null ? "a run of main's own file" : `a run of #${pull}`;
  return {
    title: `Machine ${machine} fails its jobs on ${track}`,
    body: paragraphs(
      `${whose}${inline(machine, 60)} had ${what} on \`${track}\` and did not finish it. The run was given up. The last attempt, on this machine or on another: ${inline(why, 300)}.`,
      `No file is blamed for it, and no result names the machine. \`${DESCENT} doctor --track ${track}\` on the machine checks what a job needs. GitHub keeps the log of the job itself.`,
      'Close this issue once the machine works. When another run is given up there, the bot opens a new one.',
    ),
  };
}
