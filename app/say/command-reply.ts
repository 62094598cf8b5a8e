import { DESCENT } from '../../core/command-name.ts';
import { inline } from '../../core/text/harmless/github.ts';
import type { Asked, Ending } from '../model/command.ts';

/** The reply to commands: a table of the latest answers, and the list of commands. */

export interface Answered {
  asked: Asked;
  ending: Ending;
  /** The bot's sentence. */
  why: string;
  does?: 'rerun' | 'cancel' | 'approve' | 'insight' | 'track' | 'sponsor';
}

/** Rows of the table that are kept; the first line of the comment remembers the rest. */
const ROWS = 20;

const HEAD = '| who | asked | answer |\n|---|---|---|';

const HELP = `<details><summary>Commands</summary>

A comment whose first line is exactly one of these:

| command | by | does |
|---|---|---|
| \`/insight TEXT\` | the author, maintainers | adds what was learned to the result; \`${DESCENT} search\` finds it |
| \`/rerun\` | the author, maintainers | dispatches again the runs that failed because of a machine |
| \`/cancel\` | the author, maintainers | closes the pull request |
| \`/approve\` | maintainers | lets a newcomer's pull request be measured |
| \`/track NAME\` | the author, maintainers | measures the file on this track as well |
| \`/sponsor CREDITS\` | anyone but the author | offers credits so that the file is measured earlier; 0 takes them back |
| \`/help\` | anyone | shows this |

</details>`;

function rowOf(answered: Answered): string {
  return `${rowBegin(answered)}${answered.ending}: ${answered.why} |`;
}

function rowBegin({ asked }: Pick<Answered, 'asked'>): string {
  return `| ${inline(asked.by, 40)} | ${inline(shown(asked), 60)} | `;
}

function shown({ command }: Asked): string {
  if (command.name === 'insight') return `/insight ${command.text}`;
  if (command.name === 'track') return `/track ${command.track}`;
  if (command.name === 'sponsor') return `/sponsor ${command.credits}`;
  return command.name === 'malformed' ? `/${command.of} ...` : `/${command.name}`;
}

/** @param before the reply so far, whose rows are our own words */
export function replyBody(before: string, news: Answered[]): string {
  const kept = before.split('\n').filter((line) => /^\| `.*\| (?:taken|refused|waits): /.test(line));
  // The answer to what waited stands in the place of the waiting.
  const answered = news.map((one) => `${rowBegin(one)}waits: `);
  const still = kept.filter((line) => !answered.some((waiting) => line.startsWith(waiting)));
  const rows = [...still, ...news.map(rowOf)].slice(-ROWS);
  return ['### Commands', '', HEAD, ...rows, '', HELP].join('\n');
}

const WHO = { author: 'the author and maintainers', maintainer: 'maintainers' };

/** Why a command is taken, refused, or waits. */
export const ANSWERS = {
  malformed: (usage: string) => `write it as \`${usage}\`, with nothing else on the line`,
  notYours: (least: keyof typeof WHO) => `only ${WHO[least]} may ask for this`,
  help: 'see below',
  noFile: 'the pull request has no file to measure',
  bidsOneself: 'this is for others: the author writes `bid: CREDITS` into the description',
  noAccount: 'only a person with an account at GitHub has credits',
  sponsors: (credits: number) =>
    `${credits} credits are held for this file; they are spent only if it starts before its turn because of them`,
  sponsorsNoMore: 'your offer is taken back; what a run has spent already stays spent',
  tooManySponsors: (most: number) => `${most} people offer credits for this file already, which is the most`,
  approvedBefore: 'approved already',
  approved: 'a maintainer approved this file: it may be measured',
  cancelled: 'the pull request is closed; a run that a machine has taken is still recorded',
  isClosed: (state: string) => `the pull request is ${state}`,
  insightWaits: 'is added to the result as soon as there is one',
  insightFull: 'its result has no room for more; open an issue with the form "Insight"',
  insightAdded: 'added to the result',
  notReady: 'the pull request is closed or a draft; reopen it or mark it ready first',
  rerun: 'the failed runs are dispatched again',
  running: 'a machine is measuring it',
  nothingToRerun:
    'nothing to rerun: no run failed because of a machine, and the same file is never measured twice',
  unknownTrack: (tracks: string[]) => `the tracks here are ${tracks.join(', ')}`,
  trackTooLate: (state: string, track: string) =>
    `the pull request is ${state}: open another one with \`track: ${track}\` in its description, where the same file may be measured`,
  trackBefore: (track: string) => `the pull request asks for ${track} already`,
  tooManyTracks: (most: number) => `a pull request is measured on ${most} tracks at most`,
  trackAdded: (track: string, after: string[]) =>
    `the file is measured on ${track} as well, after ${after.join(', ')}`,
};
