import { type ExperimentRecord, recordPath, type Verdict } from '../../results/schema.ts';
import type { HeadState, World } from '../model/snapshot.ts';
import { headline, plot } from './explain.ts';
import { block, inline, plain } from './inert.ts';
import { bpb, signed } from './loss.ts';
import type { Ruling } from './ruling.ts';

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

export interface Progress {
  /** Losses so far. */
  losses: number[];
  /** Runs ordered and not ended. */
  running: number;
  /** Whether several runs decide on the track. */
  several: boolean;
  confirming: boolean;
}

export function measuring(track: string, budgetSeconds: number, progress: Progress): Saying {
  const { losses, running, several, confirming } = progress;
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

export function waitingForOwners(track: string, reason: string): Saying {
  return {
    title: `waiting for owners of machines on ${track}`,
    body: paragraphs(
      '### Waiting for owners of machines',
      `It looks promising, and what decides now are machines that neither its author nor one owner alone has: ${reason}.`,
      `It goes on by itself when another owner's machine has finished a job on \`${track}\`. A maintainer may instead set \`few-owners: accept\` for the track in \`.github/descent.yml\`; the record is then marked \`single owner\`.`,
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
  /** The same bytes; otherwise only comments or formatting differ. */
  exact: boolean;
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
      of.exact
        ? `This \`train/train.py\` is byte for byte the same as ${other}, so no machine was asked.`
        : `This \`train/train.py\` differs from ${other} in comments or formatting alone. Evidence belongs to what a file does: sending it again buys no new luck, and no machine was asked.`,
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
      record.evidence && `**${headlineOf(record)}**`,
      comparison(record),
      `**Why:** ${because(record)}`,
      runsTable(record),
      plotOf(record),
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
  const { evidence, distribution, heldoutBpb } = record;
  if (evidence) {
    const { effect, sigma, degrees } = evidence;
    rows.push(
      `| effect, 95 % interval (positive is better) | ${signed(effect.low)} to ${signed(effect.high)} |`,
      `| sigma of one run (${degrees} degrees of freedom) | ${sigma.toPrecision(2)} |`,
    );
  }
  if (distribution?.standardDeviation != null)
    rows.push(
      `| median of ${distribution.count} runs | ${bpb(distribution.median)} |`,
      `| spread of ${distribution.count} runs | ${bpb(distribution.standardDeviation)} |`,
    );
  if (heldoutBpb !== null) rows.push(`| held-out loss, which decides nothing | ${bpb(heldoutBpb)} |`);
  return rows.join('\n');
}

/** A record of a run that was judged by the sequential rule, in one line; null for others. */
function headlineOf({ verdict: said, evidence }: ExperimentRecord): string | null {
  if (evidence === null || !isRuled(said)) return null;
  return headline({ verdict: said, singleOwner: evidence.singleOwner, evidence });
}

function isRuled(said: Verdict): said is Ruling['verdict'] {
  return said === 'improved' || said === 'regressed' || said === 'inconclusive' || said === 'invalid';
}

function plotOf({ runs, evidence }: ExperimentRecord): string | null {
  const losses = runs.flatMap((run) => run.valBpb ?? []);
  if (evidence === null || losses.length === 0) return null;
  return `\`\`\`text\n${plot(losses, evidence.incumbentLosses)}\n\`\`\``;
}

const MARKS = { none: '', yellow: ' 🟡', red: ' 🔴' } as const;

function runsTable({ runs, distribution }: ExperimentRecord): string | null {
  if (runs.length === 0) return null;
  const colours = distribution?.colours ?? [];
  let scored = 0;
  const rows = runs.map((run) => {
    const loss =
      run.valBpb === null ? run.outcome : `${bpb(run.valBpb)}${MARKS[colours[scored++] ?? 'none']}`;
    return `| ${run.stage} ${run.ordinal} | ${loss} | ${inline(run.machine, 60)} | ${inline(run.owner, 40)} | ${inline(run.device, 60)} | ${run.trainSeconds.toFixed(1)} s | ${run.seed} |`;
  });
  const strange = colours.some((colour) => colour !== 'none');
  return [
    '| run | val_bpb | machine | owner | device | training | seed |',
    '|---|---:|---|---|---|---:|---:|',
    ...rows,
    ...(strange
      ? ['', 'Marked runs lie beyond 5-95 % (yellow) or 1-99 % (red) of what runs of this track spread by.']
      : []),
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
