import { DESCENT } from '../../core/command-name.ts';
import { BELOW_TAG } from '../../core/formats/comment-tag.ts';
import { type ExperimentResult, goesOn } from '../../core/formats/result.ts';
import type { Verdict } from '../../core/formats/run.ts';
import { headline, plot } from '../../core/rules/acceptance/explain.ts';
import type { Ruling } from '../../core/rules/acceptance/ruling.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { block, inline, plain } from '../../core/text/harmless/github.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import { pullNames } from '../../core/text/plural.ts';
import type { Outcome } from '../decide/results/outcome.ts';
import type { World } from '../model/snapshot.ts';
import { branchOf, placeOf } from '../model/tracks.ts';
import { auditSection } from './audits.ts';
import { type Message, paragraphs, resultUrl } from './before-verdict.ts';
import { composedOf, conflictOf, RESOLVE } from './composed.ts';
import { paidSection } from './credits.ts';
import { rescoreSection } from './rescore.ts';

/** The message when an experiment is decided, in the comment and in the check run. */

const HEADLINES: Record<ExperimentResult['verdict'], string> = {
  improved: 'Improved: a new record',
  regressed: 'Regressed',
  inconclusive: 'Inconclusive',
  crashed: 'Crashed',
  timeout: 'Time-out',
  diverged: 'Diverged',
  invalid: 'Invalid',
  duplicate: 'Duplicate',
  adopted: 'Adopted onto the frontier, not certified yet',
  'not-held': 'Did not hold',
};

/** @param more paragraphs above the audits */
export function verdict(world: World, outcome: Outcome, more: string | null = null): Message {
  const { result } = outcome;
  const audits = auditSection(result);
  const loss = result.valBpb === null ? '' : `, val_bpb ${bpb(result.valBpb)}`;
  return {
    title: plain(`${result.verdict}${loss}`, 100),
    body: paragraphs(
      `### ${HEADLINES[result.verdict]}`,
      ...sections(world, outcome),
      more,
      audits && `${BELOW_TAG}\n${audits}`,
    ),
  };
}

/** All but the headline. */
export function sections(world: World, outcome: Outcome): (string | null | false)[] {
  const { result } = outcome;
  return [
    headlineOf(result),
    comparison(result),
    `**Why:** ${because(result)}`,
    composedOf(result),
    conflictOf(result),
    runsTable(result),
    plotOf(result),
    rescoreSection(result),
    logOf(result),
    paidSection(result, outcome.unpaid ?? []),
    consequenceOf(world, outcome),
    outcome.apart === true &&
      `The commits of this branch were not taken into the history of \`${world.main.branch}\`, which takes at most ten, none of another account, each of \`${TRAIN_PATH}\` alone and with a plain message. So the measured file was put there by [a commit that names its author](${world.repository.url}/commits/${world.main.branch}), and this pull request is closed.`,
    `[The result](${resultUrl(world, result)}) keeps the hypothesis, the diff and the numbers.`,
    nextStep(world, result),
    outcome.earlier.length > 0 &&
      `Earlier versions of this pull request: ${outcome.earlier.map((head) => `\`${head.oid.slice(0, 7)}\` ${inline(head.overall!.check.title, 80)}`).join('; ')}.`,
  ];
}

function because({ reason }: ExperimentResult): string {
  return /[.!?]$/.test(reason.text) ? reason.text : `${reason.text}.`;
}

/** What the file printed, as the machine reported it, quoted. */
function logOf({ authorText: { log } }: ExperimentResult): string | null {
  if (log === null || log.trim() === '') return null;
  return details('The end of its log (words of strangers)', block(log.slice(-3000), 3000));
}

function comparison(result: ExperimentResult): string | null {
  const { valBpb, incumbent } = result;
  if (valBpb === null || incumbent === null) return null;
  const holder = incumbent.pull === null ? "main's first file" : `#${incumbent.pull}`;
  const rows = ['| | val_bpb |', '|---|---:|', `| this experiment | **${bpb(valBpb)}** |`];
  rows.push(
    `| incumbent (${holder}) | ${bpb(incumbent.valBpb)} |`,
    `| difference | ${signed(valBpb - incumbent.valBpb)} |`,
  );
  const { evidence, distribution, heldoutBpb } = result;
  if (evidence) {
    const { effect, sigma, degrees } = evidence;
    rows.push(
      `| true difference, 95 % interval | ${signed(-effect.high)} to ${signed(-effect.low)} |`,
      `| sigma of one run (${degrees} degrees of freedom) | ${sigma.toPrecision(2)} |`,
    );
  }
  const all = evidence && evidence.candidateRuns !== distribution?.count ? 'all ' : '';
  if (distribution?.standardDeviation != null)
    rows.push(
      `| median of ${all}${distribution.count} runs | ${bpb(distribution.median)} |`,
      `| spread of ${all}${distribution.count} runs | ${bpb(distribution.standardDeviation)} |`,
    );
  if (all !== '')
    rows.push(
      `| runs that the verdict counts | ${evidence!.candidateRuns}: the exploring runs only choose what is confirmed |`,
    );
  if (heldoutBpb !== null)
    rows.push(`| held-out loss (for information; it decides nothing) | ${bpb(heldoutBpb)} |`);
  return rows.join('\n');
}

/** One line for a result that the sequential rule decided; null for others. */
function headlineOf({ verdict: said, evidence }: ExperimentResult): string | null {
  if (evidence === null || !isRuled(said)) return null;
  return `**${headline({ verdict: said, singleOwner: evidence.singleOwner, evidence })}**`;
}

function isRuled(said: Verdict): said is Ruling['verdict'] {
  return said === 'improved' || said === 'regressed' || said === 'inconclusive' || said === 'invalid';
}

function plotOf({ runs, evidence }: ExperimentResult): string | null {
  const losses = runs.flatMap((run) => run.valBpb ?? []);
  if (evidence === null || losses.length === 0) return null;
  return `\`\`\`text\n${plot(losses, evidence.incumbentLosses)}\n\`\`\``;
}

const MARKS = { none: '', yellow: ' 🟡', red: ' 🔴' } as const;

function runsTable({ runs, distribution }: ExperimentResult): string | null {
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
      ? [
          '',
          'A marked run lies outside the usual spread of this track: outside 5-95 % (yellow) or 1-99 % (red).',
        ]
      : []),
  ].join('\n');
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

const TOO_FEW_OWNERS =
  'Its chain has gained enough to be certified, and main waits: that needs machines of two owners who did not write half of it.';

function consequenceOf(world: World, { consequence, stale, result, lacksOwners }: Outcome): string {
  switch (consequence) {
    case 'merged':
      if (placeOf(world, result.track) !== TRAIN_PATH)
        return `**Adopted as measured**, byte for byte: blob \`${result.blob.slice(0, 12)}\` is now \`${placeOf(world, result.track)}\` on \`${world.main.branch}\`, the best of its track. Only the primary track changes \`${TRAIN_PATH}\`.`;
      return stale
        ? `**Merged as measured.** Main had moved since this branch began. The measured file was put onto main's present tree byte for byte; nothing else changed. \`${world.main.branch}\` now carries blob \`${result.blob.slice(0, 12)}\`.`
        : `**Merged as measured**, byte for byte: \`${world.main.branch}\` now carries blob \`${result.blob.slice(0, 12)}\`.`;
    case 'overtaken':
      return `It took the record of \`${result.track}\`. Another pull request has beaten it since.`;
    case 'ready':
      return 'It beats the record. In this repository a person merges, so this pull request is labelled `ready`.';
    case 'adopted':
      return paragraphs(adopted(world, result), lacksOwners === true && TOO_FEW_OWNERS);
    case 'chain':
      return `**Certified with its chain** (${namesOf(result)}) and merged in one step: \`${world.main.branch}\` has moved to the chain's last file.`;
    case 'closed':
      return 'This pull request is closed; the result is kept.';
    case 'kept':
      return 'The result is kept. Its other tracks decide whether the pull request is merged.';
    case 'too-few-runs':
      return 'It beat the record that stood when it was measured. Comparing it with the current record needs more runs. Push a change to have it measured again.';
    case 'no-track':
      return 'Its track is no longer configured. The result is kept, and main does not change.';
    case 'was-closed':
      if (goesOn(result))
        return `The pull request was closed, so its change is not on the frontier. Reopen it: ${JUDGED_AGAIN}.`;
      return result.verdict === 'improved'
        ? 'The pull request was closed while it ran, so the result was recorded and not merged. Reopen it: it is merged if it still beats the record.'
        : 'The pull request was closed while it ran. The result is recorded.';
    case 'hand-merged':
      return byHand(world, result);
    case 'other-base':
      return `Main is not changed, because the base branch of this pull request is another one now. Change it back to \`${world.main.branch}\` with "Edit" beside the title: the result is then compared with the record.`;
    case 'was-draft':
      if (goesOn(result))
        return `The pull request is a draft, so its change is not on the frontier. Mark it ready: ${JUDGED_AGAIN}.`;
      return result.verdict === 'improved'
        ? 'The pull request is a draft, so the result was recorded and not merged. Mark it ready: it is merged if it still beats the record.'
        : 'The pull request is a draft. The result is recorded.';
    case 'superseded':
      return 'Another file was pushed while this one ran. The result is recorded for the old file and decides nothing for the new one.';
  }
}

const JUDGED_AGAIN = 'it is then judged again, over what is newest there';

function adopted(world: World, { pull, track, blob }: ExperimentResult): string {
  return `**Adopted onto \`${branchOf(world, track)}\`** as measured (blob \`${blob.slice(0, 12)}\`): the best guess to build on, and no record. It is certified or refuted together with what is adopted next. Until then #${pull} stays open, and does not count against the limit of its author. What is adopted stays adopted: closing this pull request, a draft or a push changes nothing about it.`;
}

function namesOf({ chain }: ExperimentResult): string {
  return pullNames(chain?.pulls ?? []);
}

function byHand({ main }: World, { blob, incumbent, track }: ExperimentResult): string {
  const said = 'A person merged this pull request before its verdict. The result is recorded.';
  if (
    main.train?.oid !== blob ||
    incumbent === null ||
    !main.config.ok ||
    track !== main.config.value.primary
  )
    return said;
  return `${said} So \`${TRAIN_PATH}\` on \`${main.branch}\` is not the best file now. ${howBack(incumbent.blob)}`;
}

/** How a person puts the best file back on main. */
export function howBack(blob: string): string {
  return `To bring the best one back, open a pull request with it, byte for byte (\`git cat-file blob ${blob.slice(0, 12)} > ${TRAIN_PATH}\`). It uses no GPU time.`;
}

function nextStep(world: World, result: ExperimentResult): string {
  switch (result.verdict) {
    case 'improved':
      return 'Next: fetch main and continue from there.';
    case 'adopted':
      return `Next: build on the frontier (\`git fetch upstream ${branchOf(world, result.track)}\`). This pull request stays open until its chain is certified or refuted.`;
    case 'regressed':
    case 'inconclusive':
    case 'not-held':
      if (result.conflict) return RESOLVE;
      return `Next: compare the curve and the diff with the hypothesis, and try another idea. \`${DESCENT} search WORDS\` finds what others saw.`;
    case 'crashed':
      return `Next: \`${DESCENT} run\` shows the crash on your own machine; open a new pull request with the fix.`;
    case 'timeout':
      return `Next: stop in time with \`task.seconds_left()\`; imports and compilation count. \`${DESCENT} run\` measures the file as Descent does.`;
    case 'diverged':
      return `Next: try a smaller learning rate, clipped gradients or a longer warm-up. \`${DESCENT} run\` shows where the loss stops being a number. Open a new pull request with the fix.`;
    case 'invalid':
    case 'duplicate':
      return `Next: read the contract of \`train.py\` in the README. \`${DESCENT} run\` applies the same checks.`;
  }
}
