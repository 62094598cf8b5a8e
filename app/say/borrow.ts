import { DESCENT } from '../../core/command-name.ts';
import { type BorrowedRun, borrowedPath } from '../../core/formats/borrowing/record.ts';
import { creditsAmount } from '../../core/text/credits.ts';
import { inline } from '../../core/text/harmless/github.ts';
import { count } from '../../core/text/plural.ts';
import type { Decision } from '../decide/answer/decision.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Message, paragraphs } from './before-verdict.ts';
import type { RunSaid } from './run-check.ts';

/** What is said of a pull request that borrows machines. */

type Of<C extends Decision['code']> = Extract<Decision, { code: C }>;

/** The comment stays the same while its runs come in: the check run counts them. */
export function borrowing({ pull }: Snapshot, { terms, out, waiting, ended }: Of<'borrowing'>): Message {
  const { copies, seconds, hold } = terms;
  const waits = waiting > 0 ? `, ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a machine` : '';
  return {
    title: `borrowing: ${ended} of ${copies} ended, ${out} under way${waits}`,
    body: paragraphs(
      '### Borrowing',
      `${count(copies, 'run')} of ${seconds} s on machines of others. Nothing of it is compared with the record.`,
      `At most ${creditsAmount(hold.milli)} credits are held for it. What was run is paid at the end: all of a run's seconds, a fifth of them where the file crashes, nothing where the machine fails.`,
      `The outcomes are encrypted to the key in the description. \`${DESCENT} borrow --collect ${pull.number} --into DIR\` fetches them once all have ended. What was asked for counts as it was when the first run was ordered. Closing this pull request ends the runs; those under way are paid by the second.`,
    ),
  };
}

export function borrowOver({ pull }: Snapshot, { paid, failed, why }: Of<'borrow-over'>): Message {
  const runs = paid?.runs ?? [];
  const total = runs.reduce((sum, { gross }) => sum + gross, 0);
  const outcomes = runs.filter(({ outcome }) => outcome === 'borrowed').length;
  const kept = runs.flatMap(({ artifact }) => artifact?.expiresAt.slice(0, 10) ?? []).toSorted()[0];
  return {
    title: `borrowed: ${count(outcomes, 'outcome')} for ${creditsAmount(total)} credits`,
    body: paragraphs(
      '### Borrowed',
      paid
        ? `${count(outcomes, 'outcome')} for **${creditsAmount(total)}** credits (\`${borrowedPath(pull.number)}\`).`
        : 'Nothing came about, and nothing is paid.',
      runs.length > 0 && table(runs),
      failed > 0 &&
        `${count(failed, 'run')} did not come about and cost${failed === 1 ? 's' : ''} nothing${why === null ? '' : `; the last reason: ${inline(why, 300)}`}.`,
      kept !== undefined &&
        `To fetch them until ${kept}: \`${DESCENT} borrow --collect ${pull.number} --into DIR\``,
    ),
  };
}

function table(runs: BorrowedRun[]): string {
  const row = ({ ordinal, machine, seconds, outcome, gross }: BorrowedRun) =>
    `| ${ordinal} | ${inline(machine, 60)} | ${seconds} | ${outcome} | ${creditsAmount(gross)} |`;
  return ['| run | machine | seconds | outcome | credits |', '|---|---|---|---|---|', ...runs.map(row)].join(
    '\n',
  );
}

/** Why nothing is lent, each with its remedy. */
export const NOT_BORROWED = {
  off: 'nothing can be borrowed here: `.github/descent.yml` has no `borrowing` or no `lending`',
  track: (track: string, tracks: string[]) =>
    `description: \`track\` names ${inline(track, 40)}: the tracks here are ${tracks.join(', ')}`,
  data: (name: string, dataSets: string[]) =>
    `description: \`borrow.data\` names ${inline(name, 40)}: the data sets of the tracks here are ${dataSets.join(', ')}`,
  seconds: (asked: number, most: number) =>
    `description: \`borrow.seconds\` is ${asked}: at most ${most} here`,
  ledger: 'results/ledger.json cannot be read, so nobody knows what you have: a maintainer has to restore it',
  again: (pull: number) =>
    `this pull request has borrowed before (\`${borrowedPath(pull)}\`), and its record stays: open another one`,
  nobody: 'GitHub does not say which account this is, so no credits can be used',
  cover: (copies: number, seconds: number, milli: number, has: number, held: number) =>
    `${count(copies, 'run')} of ${seconds} s cost ${creditsAmount(milli)} credits, and you have ${creditsAmount(has)} available${held > 0 ? ` beside ${creditsAmount(held)} that other pull requests hold` : ''}: ask for less, or lend a machine first (credits that are not vouched for yet cannot be spent)`,
};

/** Why a borrowed run is over before it brought anything. */
export const BORROW_ENDED = {
  closed: 'the pull request was closed',
  noMachine: 'no machine that is lent to borrowers is free',
  noData: (name: string) => `no track uses the data set ${name} any more`,
};

export function borrowedRun({
  outcome,
  machine,
  seconds,
}: Pick<BorrowedRun, 'outcome' | 'machine' | 'seconds'>): RunSaid {
  return { title: outcome, summary: `${seconds} s on ${inline(machine, 60)}: ${outcome}.` };
}

export function borrowedMessage(pull: number, copies: number): { headline: string; body: string } {
  return {
    headline: `borrowed: ${count(copies, 'run')} for #${pull}`,
    body: 'The owners of the machines and the common purse are paid. Nothing was measured for the record.',
  };
}
