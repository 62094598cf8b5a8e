import type { ExperimentRecord, RunRecord } from '../../results/schema.ts';
import { recordPath } from '../../results/schema.ts';
import type { HeadState, World } from '../model/snapshot.ts';
import { bpb, meanBpb, signed } from './acceptance.ts';
import { block, inline, plain } from './inert.ts';

/** Every sentence the bot says. A saying is shown as a comment and in the check run alike. */
export interface Saying {
  /** Of the check run: plain text. */
  title: string;
  /** Markdown. */
  body: string;
}

function paragraphs(...parts: (string | null | false)[]): string {
  return parts.filter(Boolean).join('\n\n');
}

function bullets(lines: string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function recordUrl(world: World, record: Pick<ExperimentRecord, 'pull' | 'blob'>): string {
  return `${world.repository.url}/blob/${world.main.branch}/${recordPath(record.pull, record.blob)}`;
}

export function needsWork(problems: string[]): Saying {
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

export function stopped(what: string, problems: string[]): Saying {
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

export function queued(track: string, before: number, held: boolean, perAuthor: number): Saying {
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

export function waitingForBaseline(track: string): Saying {
  return {
    title: `waiting for the first incumbent of ${track}`,
    body: paragraphs(
      '### Waiting',
      `Track \`${track}\` has no record yet: main's own file is measured first, so that there is something to beat.`,
    ),
  };
}

export function baselineFailed(track: string, why: string): Saying {
  return {
    title: `no incumbent on ${track}`,
    body: paragraphs(
      '### Waiting for a maintainer',
      `Main's own file could not be measured on \`${track}\`: ${inline(why, 300)}. Requests on this track wait until it can.`,
    ),
  };
}

export function measuring(track: string, budgetSeconds: number, runs: number): Saying {
  return {
    title: `measuring on ${track}`,
    body: paragraphs(
      '### Measuring',
      `${runs === 1 ? 'A machine' : `${runs} machines`} of the swarm will train this file for ${budgetSeconds} s on \`${track}\` and Descent will compute its loss. The answer comes here.`,
    ),
  };
}

export function swarmFailed(attempts: number, why: string): Saying {
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

export interface DuplicateOf {
  pull: number | null;
  record: ExperimentRecord | null;
  /** The bot has not decided the other one yet. */
  open: boolean;
}

export function duplicate(world: World, of: DuplicateOf): Saying {
  const other = of.pull === null ? 'the incumbent, the file the repository began with' : `#${of.pull}`;
  const known = of.record
    ? `It was measured before: **${of.record.verdict}**${of.record.valBpb === null ? '' : `, val_bpb **${bpb(of.record.valBpb)}**`} (${inline(of.record.reason.text, 300)}). [The record](${recordUrl(world, of.record)}) has its numbers and its diff.`
    : of.open
      ? 'That request was first and is being measured; its verdict is the answer for both.'
      : 'It holds the record of the track.';
  return {
    title: `duplicate of ${of.pull === null ? 'the incumbent' : `#${of.pull}`}`,
    body: paragraphs(
      '### Duplicate',
      `This \`train/train.py\` is byte for byte the same as ${other}, so no machine was asked.`,
      known,
      'Change something that matters and open a new request.',
    ),
  };
}

export interface Outcome {
  record: ExperimentRecord;
  /** What happens to the request. */
  fate: 'merged' | 'ready' | 'closed' | 'was-closed' | 'was-draft' | 'superseded';
  /** Main had moved since the branch began, and the measured file was put on main's present tree. */
  stale: boolean;
  /** Earlier heads of the request that have verdicts. */
  earlier: HeadState[];
}

const HEADLINES: Record<ExperimentRecord['verdict'], string> = {
  improved: 'Improved: a new record',
  regressed: 'Regressed',
  inconclusive: 'Inconclusive',
  crashed: 'Crashed',
  timeout: 'Time-out',
  invalid: 'Invalid',
  duplicate: 'Duplicate',
};

export function verdict(world: World, outcome: Outcome): Saying {
  const { record } = outcome;
  const loss = record.valBpb === null ? '' : `, val_bpb ${bpb(record.valBpb)}`;
  return {
    title: plain(`${record.verdict}${loss}`, 100),
    body: paragraphs(
      `### ${HEADLINES[record.verdict]}`,
      comparison(record),
      `**Why:** ${because(record)}`,
      runsTable(record.runs),
      record.log !== null &&
        record.log.trim() !== '' &&
        details('The end of its log', block(record.log.slice(-3000), 3000)),
      fateOf(world, outcome),
      `[The record](${recordUrl(world, record)}) keeps hypothesis, diff and numbers for whoever comes next.`,
      nextStep(record),
      outcome.earlier.length > 0 &&
        `Earlier versions of this request: ${outcome.earlier.map((head) => `\`${head.oid.slice(0, 7)}\` ${inline(head.overall!.check.title, 80)}`).join('; ')}.`,
    ),
  };
}

/** A reason may carry a stranger's exception text. */
function because(record: ExperimentRecord): string {
  return record.valBpb === null ? inline(record.reason.text, 500) : `${record.reason.text}.`;
}

function comparison(record: ExperimentRecord): string | null {
  const { valBpb, incumbent } = record;
  if (valBpb === null || incumbent === null) return null;
  const holder = incumbent.pull === null ? 'the baseline' : `#${incumbent.pull}`;
  const rows = ['| | val_bpb |', '|---|---:|', `| this experiment | **${bpb(valBpb)}** |`];
  rows.push(
    `| incumbent (${holder}) | ${bpb(incumbent.valBpb)} |`,
    `| difference | ${signed(valBpb - incumbent.valBpb)} |`,
  );
  const spread = spreadOf(record.runs);
  if (spread) rows.push(`| spread over runs | ${spread} |`);
  return rows.join('\n');
}

function spreadOf(runs: RunRecord[]): string | null {
  const values = runs.flatMap((run) => run.valBpb ?? []);
  if (values.length < 2) return null;
  const mean = meanBpb(runs);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${Math.sqrt(variance).toFixed(4)} (${values.length} runs)`;
}

function runsTable(runs: RunRecord[]): string | null {
  if (runs.length === 0) return null;
  return [
    '| run | val_bpb | machine | owner | device | training |',
    '|---|---:|---|---|---|---:|',
    ...runs.map(
      (run) =>
        `| ${run.stage} ${run.ordinal} | ${run.valBpb === null ? run.outcome : bpb(run.valBpb)} | ${inline(run.machine, 60)} | ${inline(run.owner, 40)} | ${inline(run.device, 60)} | ${run.trainSeconds.toFixed(1)} s |`,
    ),
  ].join('\n');
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function fateOf(world: World, { fate, stale, record }: Outcome): string {
  switch (fate) {
    case 'merged':
      return stale
        ? `**Merged as measured.** Main had moved since this branch began: the measured file was put onto main's present tree byte for byte, nothing was mixed in. \`${world.main.branch}\` now carries blob \`${record.blob.slice(0, 12)}\`.`
        : `**Merged as measured**, byte for byte: \`${world.main.branch}\` now carries blob \`${record.blob.slice(0, 12)}\`.`;
    case 'ready':
      return 'It beats the record. Here a person merges: this request is labelled `ready`.';
    case 'closed':
      return 'This request is closed; the result is kept.';
    case 'was-closed':
      return record.verdict === 'improved'
        ? 'The request was closed while it ran, so it was recorded and not merged. Reopen it and it is merged if it still beats the record.'
        : 'The request was closed while it ran; the result is recorded.';
    case 'was-draft':
      return record.verdict === 'improved'
        ? 'The request is a draft, so it was recorded and not merged. Mark it ready and it is merged if it still beats the record.'
        : 'The request is a draft; the result is recorded.';
    case 'superseded':
      return 'Another file was pushed while this one ran: the result is recorded for its own file and decides nothing for the new one.';
  }
}

function nextStep(record: ExperimentRecord): string {
  switch (record.verdict) {
    case 'improved':
      return 'Next: fetch main and go on from here.';
    case 'regressed':
    case 'inconclusive':
      return 'Next: read why in the curve and the diff, and try another idea from a fresh main. `npm run descent -- search WORDS` finds what others saw.';
    case 'crashed':
      return 'Next: `npm run descent -- run` shows the crash on your own machine; open a new request with the fix.';
    case 'timeout':
      return 'Next: watch `task.seconds_left()`; imports and compilation count. `npm run descent -- run` measures it as Descent does.';
    case 'invalid':
    case 'duplicate':
      return 'Next: the contract of `train.py` is in the README; `npm run descent -- run` applies the same checks.';
  }
}
