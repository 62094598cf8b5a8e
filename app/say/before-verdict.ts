import { DESCENT } from '../../core/command-name.ts';
import { resultPath } from '../../core/formats/result.ts';
import { block, inline } from '../../core/text/harmless/github.ts';
import { bpb } from '../../core/text/loss.ts';
import type { Progress } from '../decide/answer/decision.ts';
import type { DuplicateOf } from '../decide/rules/duplicates.ts';
import type { World } from '../model/snapshot.ts';

/** Every sentence the bot says until an experiment is decided; then verdict-comment.ts speaks. A saying is shown as a comment and in the check run alike. */
export interface Message {
  /** Of the check run: plain text. */
  title: string;
  /** Markdown. */
  body: string;
}

export function paragraphs(...parts: (string | null | false)[]): string {
  return parts.filter(Boolean).join('\n\n');
}

function bullets(lines: string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

export function resultUrl(world: World, result: Parameters<typeof resultPath>[0]): string {
  return `${world.repository.url}/blob/${world.main.branch}/${resultPath(result)}`;
}

export function needsWork(problems: string[]): Message {
  return {
    title: `not measured: ${problems.length} thing${problems.length === 1 ? '' : 's'} to mend`,
    body: paragraphs(
      '### Not measured yet',
      `No machine was asked. Please mend ${problems.length === 1 ? 'this' : 'these'}:`,
      bullets(problems),
      'Push, or edit the description: Descent looks again by itself.',
    ),
  };
}

export function needsApproval(lacks: string[]): Message {
  return {
    title: 'waiting for a maintainer to approve a newcomer',
    body: paragraphs(
      '### Waiting for approval',
      `Nothing is wrong with the pull request: ${lacks.join(', and ')}.`,
      `A maintainer reads it and comments \`/approve\`; it is then measured automatically. \`${DESCENT} try\` measures it on your own machine meanwhile.`,
    ),
  };
}

const WITHDRAWN = {
  draft: 'a draft is a claim: nothing is measured',
  closed: 'the pull request is closed',
  merged: 'the pull request is merged',
};

export function withdrawn(state: keyof typeof WITHDRAWN): Message {
  return { title: WITHDRAWN[state], body: 'Mark it ready, or reopen it, and it is checked again.' };
}

export function stopped(what: string, problems: string[]): Message {
  return {
    title: `Descent has stopped: ${what} is broken`,
    body: paragraphs(
      '### Descent has stopped',
      `\`${what}\` on main cannot be used, so nothing is measured, merged or recorded until a maintainer mends it:`,
      bullets(problems.map((problem) => inline(problem, 400))),
      'Nothing is lost. This request goes on by itself afterwards; its author need not do anything.',
    ),
  };
}

export function queued(track: string, before: number, held: boolean, perAuthor: number): Message {
  const why = held
    ? `You have ${perAuthor} requests waiting or running already; this one follows when one of them is done.`
    : before === 0
      ? `It is next on \`${track}\`, as soon as a machine is free.`
      : `${before} request${before === 1 ? ' is' : 's are'} before it on \`${track}\`.`;
  return {
    title: held ? 'waiting for your earlier requests' : `waiting on ${track}`,
    body: paragraphs('### Waiting', why),
  };
}

/** @param labels that the track's jobs ask for; @param tracks the others there are */
export function waitingForBaseline(track: string, asked: string[], tracks: string[]): Message {
  const others = tracks.map((one) => `\`${one}\``);
  const labels = asked.map((one) => `\`${one}\``).join(', ');
  return {
    title: `waiting for the first incumbent of ${track}`,
    body: paragraphs(
      '### Waiting',
      `Track \`${track}\` has no record yet: main's own file is measured first, so that there is something to beat.`,
      `No machine has finished a job there so far. It waits until one with the labels ${labels} is online, however long that takes.`,
      others.length > 0 &&
        `Meant another track (${others.join(', ')})? Change \`track:\` in the description: then nothing more is asked of this one.`,
    ),
  };
}

export function baselineFailed(track: string, why: string): Message {
  return {
    title: `no incumbent on ${track}`,
    body: paragraphs(
      '### Waiting for a maintainer',
      `Main's own file could not be measured on \`${track}\`: ${inline(why, 300)}. Requests on this track wait until it can.`,
    ),
  };
}

export function measuring(track: string, progress: Progress): Message {
  const { budgetSeconds, losses, running, several, confirming } = progress;
  const machines = running === 1 ? 'A machine' : `${running} machines`;
  return {
    title: `measuring on ${track}`,
    body: paragraphs(
      confirming ? '### Confirming' : '### Measuring',
      running > 0 &&
        `${machines} of the swarm will train this file for ${budgetSeconds} s on \`${track}\` and Descent will compute its loss. The answer comes here.`,
      confirming
        ? "It looked promising, so fresh runs on machines of several owners, none of them its author's, decide whether that was luck."
        : several &&
            'One run decides little: up to four explore, and what looks promising is confirmed by four fresh ones.',
      losses.length > 0 && `So far: ${losses.map(bpb).join(', ')}.`,
    ),
  };
}

export function scoringOnceMore(track: string): Message {
  return {
    title: `scoring once more on ${track}`,
    body: paragraphs(
      '### Scoring once more',
      "It improved. Before it holds the record, another owner's machine scores the weights of one of its runs once more, without training. The answer comes here.",
    ),
  };
}

/** @param since ISO 8601; null before its first run has ended */
export function waitingForOwners(track: string, reason: string, since: string | null): Message {
  return {
    title: `waiting for owners of machines on ${track}`,
    body: paragraphs(
      '### Waiting for owners of machines',
      `It looks promising, and what decides now are machines that neither its author nor one owner alone has: ${reason}.`,
      since !== null && `It has waited since ${since.slice(0, 16).replace('T', ' ')} UTC.`,
      `It goes on by itself when another owner's machine has finished a job on \`${track}\`: now and then any machine is asked to measure main's file once more, so that a new owner becomes known. Or when a maintainer names that owner there (\`owners:\`). A maintainer may instead set \`few-owners: accept\` for the track in \`.github/descent.yml\`; the record is then marked \`single owner\`.`,
    ),
  };
}

export function sigmaDoubted(track: string, sigma: number, measured: number, runs: number): string {
  return [
    `The sigma of track ${track} is far off: .github/descent.yml says ${sigma}, and the ${runs} runs of main's own file spread by ${measured.toPrecision(2)}.`,
    'Descent learns from every repeated run all the same; a sigma that is too large costs power, one that is too small costs runs.',
    `If the machines are as they should be, set sigma: ${Number(measured.toPrecision(1))}.`,
  ].join(' ');
}

export function swarmFailed(attempts: number, why: string): Message {
  return {
    title: 'not measured: the swarm failed',
    body: paragraphs(
      '### The swarm failed, not your experiment',
      `The run was ordered ${attempts} time${attempts === 1 ? '' : 's'} and brought no usable report. Nothing was recorded. The last reason:`,
      block(why, 600),
      'To try again, push (an empty commit will do: `git commit --allow-empty`), edit the description, or close and reopen this request.',
    ),
  };
}

/** On every track it asks for; nearly always there is one. */
export function duplicate(world: World, on: { track: string; of: DuplicateOf }[]): Message {
  const messages = on.map(({ of }) => duplicateOn(world, of));
  const titles = on.map(({ track, of }) => `${nameOf(of)} on ${track}`);
  return {
    title: on.length === 1 ? messages[0]!.title : `duplicate of ${titles.join(', ')}`.slice(0, 200),
    body: paragraphs(
      '### Duplicate',
      ...messages.flatMap(({ body }, i) => [on.length > 1 && `On \`${on[i]!.track}\`:`, body]),
      'Change something that matters and open a new request.',
    ),
  };
}

function nameOf({ pull }: DuplicateOf): string {
  return pull === null ? 'the incumbent' : `#${pull}`;
}

function duplicateOn(world: World, of: DuplicateOf): Message {
  const other = of.pull === null ? "the incumbent, main's own file as it was first measured" : `#${of.pull}`;
  const known = of.result
    ? `It was measured before: **${of.result.verdict}**${of.result.valBpb === null ? '' : `, val_bpb **${bpb(of.result.valBpb)}**`} (${inline(of.result.reason.text, 300)}). [The record](${resultUrl(world, of.result)}) has its numbers and its diff.`
    : of.open
      ? 'That request was first and is being measured; its verdict is the answer for both.'
      : 'It holds the record of the track.';
  return {
    title: `duplicate of ${nameOf(of)}`,
    body: paragraphs(
      of.exact
        ? `This \`train/train.py\` is byte for byte the same as ${other}, so no machine was asked.`
        : `This \`train/train.py\` differs from ${other} in comments or formatting alone. Evidence belongs to what a file does: sending it again buys no new luck, and no machine was asked.`,
      known,
    ),
  };
}
