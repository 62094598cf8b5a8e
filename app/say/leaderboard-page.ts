import type { FrontierLink } from '../../core/formats/frontier.ts';
import type { Leaderboard, TrackStanding } from '../../core/formats/leaderboard.ts';
import { resultPath } from '../../core/formats/result.ts';
import { VERDICTS } from '../../core/formats/run.ts';
import { exploresAlone, latelyOf } from '../../core/rules/audits/lately.ts';
import { intervalOf } from '../../core/rules/frontier/estimate.ts';
import { inline } from '../../core/text/harmless/github.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import { pullNames } from '../../core/text/plural.ts';

/** `results/README.md`: the leaderboard as people read it, rendered from the same value in the same commit. */

const HISTORY_SHOWN = 50;
const AUDITS_SHOWN = 20;
const LENT_SHOWN = 20;

export function leaderboardPage(board: Leaderboard): string {
  const tracks = Object.entries(board.tracks).sort(
    ([a], [b]) => Number(b === board.primary) - Number(a === board.primary),
  );
  return `${[
    '# Leaderboard',
    'Descent writes this page together with `leaderboard.json`, in the same commit. Losses are validation bits per byte.\nCompare them only within a track. Titles are the authors’ own words.',
    ...tracks.flatMap(([name, standing]) => trackSection(name, name === board.primary, standing)),
    ...ownersSection(board.owners),
    'Every experiment has one result, failures included, under [`experiments/`](experiments/).',
  ].join('\n\n')}\n`;
}

function link({ pull, blob }: TrackStanding['incumbent'], track: string): string {
  if (pull === null) return '';
  return `[#${pull}](${resultPath({ pull, blob, track }).replace('results/', '')})`;
}

function trackSection(name: string, primary: boolean, standing: TrackStanding): string[] {
  const { incumbent, history, counts } = standing;
  const first = history[0]!;
  const machines = Object.values(standing.machines);
  const lines = history.slice(-HISTORY_SHOWN).map((holder, i, shown) => {
    const before = shown[i - 1] ?? history[history.length - shown.length - 1];
    const step = before ? signed(holder.valBpb - before.valBpb) : '';
    const doubted = machines.some(({ outliers }) => outliers.some(({ pull }) => pull === holder.pull));
    const mark = doubted ? ' (an audit found one of its machines to be an outlier)' : '';
    const who = holder.author === null ? '' : inline(holder.author, 40);
    return `| ${bpb(holder.valBpb)} | ${step} | ${inline(holder.title, 100)}${mark} | ${who} | ${link(holder, name)} | ${holder.at.slice(0, 10)} |`;
  });
  const tally = VERDICTS.map((verdict) => [verdict, counts[verdict] ?? 0] as const).filter(
    ([, count]) => count > 0,
  );
  return [
    `## Track \`${name}\`${primary ? " (main's `train/train.py`)" : ''}`,
    `**Record: ${bpb(incumbent.valBpb)}**, ${signed(incumbent.valBpb - first.valBpb)} since the first file, from ${standing.runs.length} run${standing.runs.length === 1 ? '' : 's'}.${movedSince(standing)}`,
    ...spreadSection(standing),
    ...auditsSection(standing),
    ...lentSection(standing),
    ...(standing.notice === null ? [] : [`> ${standing.notice}`]),
    [
      '| val_bpb | change | experiment | author | result | since |',
      '|---:|---:|---|---|---|---|',
      ...lines.reverse(),
    ].join('\n'),
    ...guessSection(standing),
    tally.length === 0
      ? 'No experiment has been decided yet.'
      : [
          '| verdict | experiments |',
          '|---|---:|',
          ...tally.map(([verdict, count]) => `| ${verdict} | ${count} |`),
        ].join('\n'),
  ];
}

/** What agents build on; nothing where that is the record. None of it is a record. */
function guessSection({ incumbent, frontier }: TrackStanding): string[] {
  const head = frontier?.chain.at(-1);
  if (frontier === undefined || head === undefined) return [];
  const certifying = frontier.chain.find(({ blob }) => blob === frontier.certifying);
  const state = certifying
    ? ` Fresh runs are measuring the chain up to #${certifying.pull} now: they certify or refute it.`
    : ' Fresh runs will certify or refute it when it has gained enough.';
  const rows = frontier.chain.map((link) => {
    const composed = link.from === null ? '' : ' (its change, put onto the file before)';
    return `| ${bpb(link.estimate.loss)} | ${rangeOf(link.estimate)} | ${signed(-link.gain)} | ${inline(link.title, 100)}${composed} | ${inline(link.author, 40)} | #${link.pull} | ${link.at.slice(0, 10)} |`;
  });
  return [
    `Best guess, not certified: ${bpb(head.estimate.loss)} (95 %: ${rangeOf(head.estimate)}), ${signed(head.estimate.loss - incumbent.valBpb)} from the record, adopted since in ${frontier.chain.length} step${frontier.chain.length === 1 ? '' : 's'}. Agents build on it.${state}`,
    [
      '| estimate | 95 % | expected change | adopted | author | pull request | since |',
      '|---:|---|---:|---|---|---|---|',
      ...rows.reverse(),
    ].join('\n'),
  ];
}

function rangeOf(estimate: FrontierLink['estimate']): string {
  const { low, high } = intervalOf(estimate);
  return `${bpb(low)} to ${bpb(high)}`;
}

/** The record's loss is the mean of its runs, so repeated runs move it. The table and the plot keep the first value. */
function movedSince({ incumbent, history }: TrackStanding): string {
  const day = history.at(-1)!.valBpb;
  if (bpb(day) === bpb(incumbent.valBpb)) return '';
  return ` It was ${bpb(day)} when it took the record, as the table and the plot show. Repeated runs have moved the mean since.`;
}

function spreadSection({ distribution, incumbent }: TrackStanding): string[] {
  if (distribution?.standardDeviation == null) return [];
  const { median, p5, p95, p1, p99, standardDeviation } = distribution;
  const heldout =
    incumbent.heldoutBpb === null
      ? ''
      : ` Held-out loss (for information; it decides nothing): ${bpb(incumbent.heldoutBpb)}.`;
  return [
    `Its runs: median ${bpb(median)}, 5-95 % ${bpb(p5)} to ${bpb(p95)}, 1-99 % ${bpb(p1)} to ${bpb(p99)}, standard deviation ${bpb(standardDeviation)}.${heldout}`,
  ];
}

/** What audits found; nothing where all agreed. */
function auditsSection({ audits, reconsider, machines, unsettled = [] }: TrackStanding): string[] {
  const found = Object.entries(machines).flatMap(([name, { outliers }]) =>
    outliers.map(({ at, pull }) => `${inline(name, 60)} (#${pull}, ${at.slice(0, 10)})`),
  );
  const said = [
    audits.length > 0 &&
      `${audits.length} of its experiments wait to be repeated on another owner's machine.`,
    reconsider.length > 0 && `${reconsider.length} are being decided again without an outlier's runs.`,
    unsettled.length > 0 &&
      `Left unsettled, since the machines disagree: ${pullNames(unsettled.map(({ pull }) => pull))}.`,
    found.length > 0 && `Machines found to be outliers: ${found.slice(-AUDITS_SHOWN).join(', ')}.`,
  ].filter((one) => one !== false);
  return said.length > 0 ? [`Audits: ${said.join(' ')}`] : [];
}

/** How often runs of lent machines ended without a loss; nothing where none did. */
function lentSection({ machines }: TrackStanding): string[] {
  const rows = Object.entries(machines).flatMap(([name, machine]) => {
    const lately = latelyOf(machine);
    return lately && lately.share > 0 ? [{ name, ...lately, alone: exploresAlone(machine) }] : [];
  });
  if (rows.length === 0) return [];
  const shown = rows.toSorted((a, b) => b.share - a.share).slice(0, LENT_SHOWN);
  return [
    'Lent machines whose last runs (at most 50 each) did not all bring a loss. What an owner takes back is measured elsewhere with the same seed.',
    [
      '| machine | runs | taken back | vanished or failed | disturbed | without a loss |',
      '|---|---:|---:|---:|---:|---:|',
      ...shown.map(
        ({ name, runs, preempted, vanished, disturbed, share, alone }) =>
          `| ${inline(name, 60)} | ${runs} | ${preempted} | ${vanished} | ${disturbed} | ${percent(share)}${alone ? ', gets exploring runs alone' : ''} |`,
      ),
    ].join('\n'),
    ...(rows.length > shown.length ? ['More of them are in `leaderboard.json`.'] : []),
  ];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function ownersSection(owners: Leaderboard['owners']): string[] {
  const earned = ({ milli = 0 }: Leaderboard['owners'][string]) => milli;
  const rows = Object.entries(owners).sort(([, a], [, b]) => earned(b) - earned(a) || b.runs - a.runs);
  if (rows.length === 0) return [];
  return [
    '## Thanks to the owners of machines',
    'Credits are nominal seconds of runs that count, at the price of their track. `ledger.json` has the balances.',
    [
      '| owner | runs | credits earned |',
      '|---|---:|---:|',
      ...rows.map(
        ([owner, of]) => `| ${inline(owner, 40)} | ${of.runs} | ${(earned(of) / 1000).toFixed(1)} |`,
      ),
    ].join('\n'),
  ];
}
