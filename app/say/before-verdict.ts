import { DESCENT } from '../../core/command-name.ts';
import { resultPath } from '../../core/formats/result.ts';
import { block, inline } from '../../core/text/harmless/github.ts';
import { bpb } from '../../core/text/loss.ts';
import { minuteOf } from '../../core/text/time.ts';
import type { Progress } from '../decide/answer/decision.ts';
import type { DuplicateOf } from '../decide/rules/duplicates.ts';
import type { World } from '../model/snapshot.ts';

/** Every message until an experiment is decided; verdict.ts has those after it. A message is shown in the comment and in the check run. */
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
    title: `not measured: ${problems.length} thing${problems.length === 1 ? '' : 's'} to fix`,
    body: paragraphs(
      '### Not measured yet',
      `No GPU time was used. Please fix ${problems.length === 1 ? 'this' : 'these'}:`,
      bullets(problems),
      'Then push or edit the description: the pull request is checked again automatically.',
    ),
  };
}

export function needsApproval(lacks: string[]): Message {
  return {
    title: 'waiting for a maintainer to approve a newcomer',
    body: paragraphs(
      '### Waiting for approval',
      `The pull request itself is fine. It waits for one reason: ${lacks.join(', and ')}.`,
      `A maintainer reads it and comments \`/approve\`. It is then measured automatically. Meanwhile \`${DESCENT} try\` measures it on your own machine.`,
    ),
  };
}

/** What a newcomer lacks. */
export const LACKS = {
  merged: (least: number, has: number) =>
    `this repository asks for ${least} merged experiment${least === 1 ? '' : 's'} first, and the author has ${has}`,
  age: (least: number) =>
    `this repository asks for an account of at least ${least} days, and the author's is younger`,
};

/** Why a promising pull request waits for owners. */
export const OWNERS = {
  others: (what: 'the incumbent' | 'it', notOwners: string[]) =>
    `${what} must also be measured by owners other than ${notOwners.join(', ')}, and no other owner has a machine here yet`,
  /** @param machines names as code; @param more how many others there are */
  ownerless: (machines: string[], more: number) =>
    `; runners that are not named \`<login>.<machine>\` have no owner and do not count: ${machines.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
};

/** Why a run waits for a lent machine. */
export const LENT = {
  noneFree: 'the machines that may have it are away or have a run',
};

const WITHDRAWN = {
  draft: 'not measured: this pull request is a draft',
  closed: 'the pull request is closed',
  merged: 'the pull request is merged',
};

export function withdrawn(state: keyof typeof WITHDRAWN): Message {
  return { title: WITHDRAWN[state], body: 'To have it checked again, mark it ready or reopen it.' };
}

export function stopped(what: string, problems: string[]): Message {
  return {
    title: `Descent has stopped: ${what} is broken`,
    body: paragraphs(
      '### Descent has stopped',
      `\`${what}\` on main cannot be used. Nothing is measured, merged or recorded until a maintainer fixes this:`,
      bullets(problems.map((problem) => inline(problem, 400))),
      'Nothing is lost. This pull request then continues automatically; its author does not have to do anything.',
    ),
  };
}

/** @param bid what is said of its bid; null without one */
export function queued(
  track: string,
  before: number,
  held: boolean,
  perAuthor: number,
  bid: string | null,
): Message {
  const why = held
    ? `You already have ${perAuthor} pull requests that wait or run. This one follows when one of them is done.`
    : before === 0
      ? `It is next on \`${track}\` and starts as soon as a machine is free.`
      : `${before} pull request${before === 1 ? ' is' : 's are'} before it on \`${track}\`.`;
  return {
    title: held ? 'waiting for your earlier pull requests' : `waiting on ${track}`,
    body: paragraphs('### Waiting', why, bid),
  };
}

/** @param labels that the track's jobs ask for; @param tracks the others there are */
export function waitingForFirstIncumbent(track: string, asked: string[], tracks: string[]): Message {
  const others = tracks.map((one) => `\`${one}\``);
  const labels = asked.map((one) => `\`${one}\``).join(', ');
  const machine =
    labels === '' ? 'an owner lends one that is free' : `a machine with the labels ${labels} is online`;
  return {
    title: `waiting for the first incumbent of ${track}`,
    body: paragraphs(
      '### Waiting',
      `Track \`${track}\` has no record yet. Main's own file is measured first, so that there is something to beat.`,
      `No machine has finished a run there so far. This pull request waits, without a limit, until ${machine}.`,
      others.length > 0 &&
        `Did you mean another track (${others.join(', ')})? Change \`track:\` in the description; the pull request then no longer waits for this one.`,
    ),
  };
}

export function firstIncumbentFailed(track: string, why: string): Message {
  return {
    title: `no incumbent on ${track}`,
    body: paragraphs(
      '### Waiting for a maintainer',
      `Main's own file could not be measured on \`${track}\`: ${inline(why, 300)}. Pull requests on this track wait. A maintainer can run \`${DESCENT} doctor\` on a machine of the track and fix what it reports.`,
    ),
  };
}

/** @param pays what is said of who pays for it; null where nobody does */
export function measuring(track: string, progress: Progress, pays: string | null): Message {
  const { budgetSeconds, losses, running, several, confirming, frontier } = progress;
  const machines = running === 1 ? 'A machine' : `${running} machines`;
  const file = frontier === 'composed' ? 'the composed file' : 'this file';
  return {
    title: `measuring on ${track}`,
    body: paragraphs(
      confirming ? '### Confirming' : '### Measuring',
      frontier === 'composed' && COMPOSED,
      running > 0 &&
        `${machines} of the swarm will train ${file} for ${budgetSeconds} s on \`${track}\`. Descent then computes its loss and reports it here.`,
      frontier === null ? howMany(several, confirming) : frontier === 'own' && ONE_RUN,
      frontier === 'composed' &&
        running === 0 &&
        'Changes of other pull requests were put there before it. It is decided after them.',
      pays,
      losses.length > 0 && `So far: ${losses.map(bpb).join(', ')}.`,
    ),
  };
}

const COMPOSED =
  'It gained over the file it was changed from. Others were adopted onto the frontier meanwhile, so its change was put onto the newest file there. That composed file is measured for this pull request.';

const ONE_RUN =
  'One run may be enough: what is expected to gain is adopted onto the frontier, and is certified later together with others. Where it is close, or the gain is striking, more runs decide.';

function howMany(several: boolean, confirming: boolean): string | false {
  if (confirming)
    return 'The first runs look promising. Fresh runs on machines of several owners other than the author now decide whether that was luck.';
  return (
    several &&
    'One run decides little. Up to four runs explore; if they look promising, four fresh runs confirm.'
  );
}

export function scoringOnceMore(track: string): Message {
  return {
    title: `scoring once more on ${track}`,
    body: paragraphs(
      '### Scoring once more',
      "The file beats the record. Before it becomes the record, another owner's machine scores the weights of one of its runs once more, without training. The answer is reported here.",
    ),
  };
}

/** @param since ISO 8601; null before its first run has ended */
export function waitingForOwners(track: string, reason: string, since: string | null): Message {
  return {
    title: `waiting for owners of machines on ${track}`,
    body: paragraphs(
      '### Waiting for owners of machines',
      `The result looks promising. It must now be confirmed on machines of at least two owners other than the author: ${reason}.`,
      since !== null && `It has waited since ${minuteOf(since)} UTC.`,
      `It continues automatically when another owner's machine has finished a run on \`${track}\`. To find such owners, any machine is now and then sent a run of main's file. A maintainer can also name an owner in \`.github/descent.yml\` (\`owners:\` of the track), or set \`few-owners: accept\` there; the record is then marked \`single owner\`.`,
    ),
  };
}

/** @param owners whose machines may have it */
export function waitingForMachine(track: string, reason: string, owners: string[]): Message {
  const named = owners.slice(0, OWNERS_NAMED).map((owner) => inline(owner, 40));
  const more = owners.length > named.length ? ` and ${owners.length - named.length} more` : '';
  return {
    title: `waiting for a lent machine on ${track}`,
    body: paragraphs(
      '### Waiting for a machine',
      `Its next run may go to some owners alone: ${reason}.`,
      owners.length > 0 && `They belong to ${named.join(', ')}${more}.`,
      'It continues automatically when one of them is free. Nothing of it is lost: seed and number of the run stay.',
    ),
  };
}

const OWNERS_NAMED = 5;

export function sigmaDoubted(track: string, sigma: number, measured: number, runs: number): string {
  return [
    `The sigma of track ${track} is far off: .github/descent.yml says ${sigma}, but the ${runs} runs of main's own file spread by ${measured.toPrecision(2)}.`,
    'Descent still learns from every repeated run. A sigma that is too large misses real gains, and one that is too small costs extra runs.',
    `If the machines work as intended, set sigma: ${Number(measured.toPrecision(1))}.`,
  ].join(' ');
}

export function swarmFailed(attempts: number, why: string): Message {
  return {
    title: 'not measured: the swarm failed',
    body: paragraphs(
      '### The swarm failed, not your experiment',
      `The run was dispatched ${attempts} time${attempts === 1 ? '' : 's'} and brought no usable report. Nothing was recorded. The last reason:`,
      block(why, 600),
      'To try again, comment `/rerun`, push (an empty commit is enough: `git commit --allow-empty`), edit the description, or close and reopen this pull request.',
    ),
  };
}

/** The file is a duplicate on every track that the pull request asks for, usually one. */
export function duplicate(world: World, on: { track: string; of: DuplicateOf }[]): Message {
  const messages = on.map(({ of }) => duplicateOn(world, of));
  const titles = on.map(({ track, of }) => `${nameOf(of)} on ${track}`);
  return {
    title: on.length === 1 ? messages[0]!.title : `duplicate of ${titles.join(', ')}`.slice(0, 200),
    body: paragraphs(
      '### Duplicate',
      ...messages.flatMap(({ body }, i) => [on.length > 1 && `On \`${on[i]!.track}\`:`, body]),
      'To have something measured, change what the program does and open a new pull request.',
    ),
  };
}

function nameOf({ pull }: DuplicateOf): string {
  return pull === null ? 'the incumbent' : `#${pull}`;
}

function duplicateOn(world: World, of: DuplicateOf): Message {
  const other = of.pull === null ? "the first incumbent, main's own file" : `#${of.pull}`;
  const known = of.result
    ? `It was measured before: **${of.result.verdict}**${of.result.valBpb === null ? '' : `, val_bpb **${bpb(of.result.valBpb)}**`} (${inline(of.result.reason.text, 300)}). [The result](${resultUrl(world, of.result)}) has its numbers and its diff.`
    : of.open
      ? 'That pull request came first and is being measured. Its verdict is the answer for both.'
      : 'It holds the record of the track.';
  return {
    title: `duplicate of ${nameOf(of)}`,
    body: paragraphs(
      of.exact
        ? `This \`train/train.py\` is byte for byte the same as ${other}. It was not run again, so no GPU time was used.`
        : `This \`train/train.py\` differs from ${other} in comments or formatting only, so it would give the same result. It was not run again, and no GPU time was used.`,
      known,
    ),
  };
}
