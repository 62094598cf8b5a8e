import { type FrontierLink, LINK_TRAILER } from '../../core/formats/frontier.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { commitLine, commitQuote } from '../../core/text/harmless/github.ts';
import { bpb, meanBpb, signed } from '../../core/text/loss.ts';
import { pullNames } from '../../core/text/plural.ts';
import type { FrontierChange } from '../decide/results/frontier.ts';
import type { FirstIncumbent } from '../decide/results/leaderboard.ts';
import type { CommitMessage } from '../model/effect.ts';
import type { World } from '../model/snapshot.ts';
import { placeOf } from '../model/tracks.ts';

/** Messages of commits on main: a subject with the loss, the hypothesis, and trailers that git can parse. */

function trailers(pairs: [key: string, value: string | null][]): string {
  return pairs
    .filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== '')
    .map(([key, value]) => `${key}: ${commitLine(value, 200)}`)
    .join('\n');
}

function owners(runs: RunResult[]): string {
  return [...new Set(runs.map((run) => run.owner))].join(', ');
}

export function experimentMessage(world: World, result: ExperimentResult): CommitMessage {
  const { verdict, authorText, valBpb, incumbent } = result;
  const where = placeOf(world, result.track) === TRAIN_PATH ? '' : ` on ${result.track}`;
  const loss =
    valBpb === null
      ? ''
      : `, val_bpb ${bpb(valBpb)}${incumbent ? ` (${signed(valBpb - incumbent.valBpb)})` : ''}`;
  return {
    headline: `${verdict}: ${commitLine(authorText.title, 80) || 'untitled'} (#${result.pull})${where}${loss}`,
    body: [
      authorText.hypothesis && commitQuote(authorText.hypothesis, 2000),
      commitLine(`Verdict by Descent: ${result.reason.text}`, 500),
      trailers([
        ['Experiment', `${result.pull}-${result.blob.slice(0, 12)}`],
        ['Verdict', verdict],
        ['Val-Bpb', valBpb === null ? null : String(valBpb)],
        ['Track', result.track],
        ['Chain', result.chain ? pullNames(result.chain.pulls) : null],
        ['Runs', String(result.runs.length)],
        ['Agent', authorText.agent],
        ['Owner', owners(result.runs)],
      ]),
    ]
      .filter(Boolean)
      .join('\n\n'),
  };
}

/** For the commit that only says what is no longer measured for the frontier. */
export function frontierMessage(change: FrontierChange): CommitMessage {
  const blob = 'blob' in change ? ` ${change.blob.slice(0, 12)}` : '';
  return { headline: `frontier: ${change.kind}${blob}`, body: 'Main and its record are as before.' };
}

/** For the commit by which a pull request leaves a frontier that is no more. */
export function switchedOffMessage({ track, pull }: { track: string; pull: number }): CommitMessage {
  return {
    headline: `frontier: ${track} has none any more, #${pull} is measured alone`,
    body: 'Main and its record are as before.',
  };
}

/** For a link of the branch `frontier`. The trailer is how the bot finds it again. */
export function linkMessage({ pull, title, blob, gain, from }: FrontierLink): CommitMessage {
  const composed =
    from === null ? '' : `\nIts change was put onto the file before: ${from.slice(0, 12)} is its own.`;
  return {
    headline: `adopted: ${commitLine(title, 80) || 'untitled'} (#${pull}), expected gain ${bpb(gain)}`,
    body: [
      `The best guess to build on, not certified.${composed}`,
      trailers([
        ['Experiment', `${pull}-${blob.slice(0, 12)}`],
        [LINK_TRAILER, blob],
      ]),
    ].join('\n\n'),
  };
}

/** For the commit that only adds a pull request's head to main's history; its gains are on main already. */
export function mergeMessage(title: string, results: ExperimentResult[]): CommitMessage {
  const { pull } = results[0]!;
  const verdicts = results.map(({ verdict, track }) => `${verdict} on ${track}`).join(', ');
  return {
    headline: `merge: ${commitLine(title, 80) || 'untitled'} (#${pull})`,
    body: `All requested tracks are decided: ${verdicts}.`,
  };
}

/** For the commit that brings the best file back to main. */
export function bestIsBackMessage({
  track,
  of,
  pull,
  valBpb,
}: {
  track: string;
  of: number | null;
  pull: number;
  valBpb: number;
}): CommitMessage {
  const whose = of === null ? 'the first file' : `#${of}`;
  return {
    headline: `back: the best file of ${track} (#${pull}), val_bpb ${bpb(valBpb)}`,
    body: `Main had another file, merged by hand; this is the one of ${whose}.`,
  };
}

export function firstIncumbentMessage({ track, blob, runs, notice }: FirstIncumbent): CommitMessage {
  const valBpb = meanBpb(runs);
  return {
    headline: `baseline: the first incumbent of ${track}, val_bpb ${bpb(valBpb)}`,
    body: [
      "Main's own file was measured, so that pull requests are compared with it.",
      ...(notice === null ? [] : [commitLine(notice, 1000)]),
      trailers([
        ['Experiment', `baseline-${blob.slice(0, 12)}`],
        ['Val-Bpb', String(valBpb)],
        ['Track', track],
        ['Runs', String(runs.length)],
        ['Owner', owners(runs)],
      ]),
    ].join('\n\n'),
  };
}

export function insightMessage(result: ExperimentResult, added: ExperimentResult['insights']): CommitMessage {
  const title = commitLine(result.authorText.title, 60) || 'untitled';
  return {
    headline: `insight: ${title} (#${result.pull})`,
    body: [
      ...added.map((one) => commitQuote(one.text, 2000)),
      trailers([
        ['Experiment', `${result.pull}-${result.blob.slice(0, 12)}`],
        ...added.map((one): [string, string] => ['Insight-By', commitLine(one.author, 40)]),
      ]),
    ].join('\n\n'),
  };
}

/** For the pages that the memory makes of all results. */
export const PAGES_MESSAGE: CommitMessage = {
  headline: 'memory: what the swarm has learned, and its progress',
  body: 'Made from the records by `descent digest`.',
};

/** The commit that stands for a branch whose own commits main does not get. */
export function coAuthored(message: CommitMessage, author: string): CommitMessage {
  const login = commitLine(author, 40);
  return {
    ...message,
    body: `${message.body}\nCo-authored-by: ${login} <${login}@users.noreply.github.com>`,
  };
}
