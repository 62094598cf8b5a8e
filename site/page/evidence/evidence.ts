import { renderToString } from 'preact-render-to-string';
import type { Reason } from '../../../core/formats/reasons.ts';
import type { ExperimentResult, RecordedEvidence } from '../../../core/formats/result.ts';
import { RULE } from '../../../core/rules/acceptance/rule.ts';
import { recordedReasons } from '../../../core/rules/recorded.ts';
import { bpb, signed } from '../../../core/text/loss.ts';
import { count } from '../../../core/text/plural.ts';
import type { Experiment } from '../../summary/experiments.ts';
import { CHART_STYLE } from '../../views/style.ts';
import type { Branch, Table, View } from '../../views/view.ts';
import { tableOf, treeOf } from '../figure.ts';
import { type Children, html } from '../html.ts';
import { type Strip, strips } from './strips.ts';

/** Why one experiment got its verdict: its runs, the numbers of its result, and the rules that were asked. */

const OWNERS = 8;

export interface Evidence {
  view: View;
  /** As markup; null where no run has a loss. */
  picture: ReturnType<typeof strips>;
  /** The picture as a file by itself. */
  svg: string | null;
  /** Numbers of the rule and the tree of reasons. */
  beneath: Children;
}

/** @param result null where it is not among those that were read */
export function evidenceOf(one: Experiment, result: ExperimentResult | null): Evidence {
  const title = `Evidence of #${one.pull}`;
  const kept = result?.evidence ?? null;
  const picture = () => strips(stripsOf(one, result), kept?.effect ?? gainOf(one), title);
  return {
    view: {
      id: 'evidence',
      title: 'Evidence',
      question: 'Why this verdict?',
      finding: result
        ? `${result.reason.text.replace(/\.$/, '')}.`
        : `${one.code}: ${count(one.runs.length, 'run')}.`,
      reading:
        'Each row has the runs of one owner, the first those of what they were compared with; a hollow one does not count. Further left is better. Beneath is the estimated gain with its 95 % interval, beside the line at zero: right of it is better. Only the present state is shown: how the figures came and went while runs were measured says nothing more.',
      plot: null,
      table: runsOf(one, result),
    },
    picture: picture(),
    svg: fileOf(picture()),
    beneath: result
      ? html`${kept && numbersOf(kept, result)}${treeOf('Rules that were asked', branchOf(recordedReasons(result)))}`
      : html`<p>Its result is not part of this page: the link above leads to it.</p>`,
  };
}

/** What the events say of it; the rule's own interval is a little wider. */
export function gainOf({ effect, standardError }: Experiment) {
  if (effect === null || standardError === null) return null;
  return { estimate: effect, low: effect - 1.96 * standardError, high: effect + 1.96 * standardError };
}

function stripsOf({ runs }: Experiment, result: ExperimentResult | null): Strip[] {
  const known = result
    ? result.runs.map(({ owner, valBpb, discounted }) => ({
        owner,
        loss: valBpb,
        counts: discounted === undefined,
      }))
    : runs.map(([, owner, , , loss]) => ({ owner, loss, counts: true }));
  const scored = known.flatMap(({ owner, loss, counts }) => (loss === null ? [] : [{ owner, loss, counts }]));
  const owners = [...Map.groupBy(scored, ({ owner }) => owner)];
  const others = owners.slice(OWNERS - 1).flatMap(([, own]) => own);
  const rows =
    owners.length > OWNERS ? [...owners.slice(0, OWNERS - 1), ['others', others] as const] : owners;
  const beside = result?.evidence?.incumbentLosses ?? [];
  return [
    ...(beside.length > 0
      ? [{ name: 'compared with', runs: beside.map((loss) => ({ loss, counts: true })) }]
      : []),
    ...rows.map(([name, own]) => ({ name, runs: own })),
  ];
}

function runsOf(one: Experiment, result: ExperimentResult | null): Table {
  const beside = (loss: number | null) =>
    loss === null || one.incumbent === null ? null : signed(loss - one.incumbent);
  const columns = [
    'stage',
    'owner',
    'machine',
    'outcome',
    'val_bpb',
    'beside what it was compared with',
    'seconds',
    'counts',
  ];
  if (!result)
    return {
      columns,
      rows: one.runs.map(([stage, owner, machine, outcome, loss, seconds]) => [
        ...[stage, owner, machine, outcome, loss === null ? null : bpb(loss), beside(loss), seconds, 'yes'],
      ]),
    };
  const { runs, audits, rescores } = result;
  const all = [
    ...runs.map((run) => ({ run, counts: run.discounted === undefined ? 'yes' : 'no' })),
    ...[...audits, ...rescores]
      .flatMap((check) => check.runs)
      .map((run) => ({ run, counts: 'checks another' })),
  ];
  return {
    columns,
    rows: all.map(({ run: { stage, owner, machine, outcome, valBpb, totalSeconds }, counts }) => [
      ...[stage, owner, machine, outcome, valBpb === null ? null : bpb(valBpb), beside(valBpb)],
      ...[Math.round(totalSeconds), counts],
    ]),
  };
}

/** The result's own numbers, with what each is in the formula. */
function numbersOf(evidence: RecordedEvidence, { heldoutBpb }: ExperimentResult) {
  const { candidateRuns, incumbentRuns, sigma, degrees, effect, couldHide, moreRuns } = evidence;
  const sequential = evidence.incumbentLosses.length > 0;
  const rows: [string, string, string][] = [
    ['n', String(candidateRuns), 'runs that the verdict counts'],
    ['m', String(incumbentRuns), 'runs of what it was compared with'],
    ['sigma', sigma.toFixed(5), `spread of one run, on ${degrees.toFixed(0)} degrees of freedom`],
    [
      'd',
      signed(effect.estimate),
      sequential
        ? 'mean(compared with) - mean(runs), each run without the offset of its machine'
        : "the frontier's estimate of the gain over its base",
    ],
    [
      's',
      effect.standardError.toFixed(5),
      sequential
        ? "sqrt(v / n + sigma² / m), v the larger of sigma² and the runs' own variance"
        : 'standard error of that estimate',
    ],
    ...(effect.standardError > 0
      ? ([['z', (effect.estimate / effect.standardError).toFixed(2), askedFor(sequential)]] as [
          string,
          string,
          string,
        ][])
      : []),
    [
      '95 %',
      `${signed(effect.low)} to ${signed(effect.high)}`,
      sequential ? "d ± s times Student's t" : 'd ± 1.96 s',
    ],
    ['could hide', bpb(couldHide), 'the largest gain that these runs could still hide'],
    [
      'more',
      moreRuns === null ? 'none' : String(moreRuns),
      'further runs, the fewest that could change the verdict',
    ],
    ...(heldoutBpb === null
      ? []
      : ([['held-out', bpb(heldoutBpb), 'loss on the held-out text; it decides nothing']] as [
          string,
          string,
          string,
        ][])),
  ];
  const table = { columns: ['sign', 'value', 'what it is'], rows };
  return html`<details open><summary>Numbers of the rule</summary>${tableOf(table, 'numbers of the rule')}</details>`;
}

function askedFor(sequential: boolean): string {
  const { shownZ, confirmZ } = RULE;
  return sequential
    ? `d / s. To merge, the rule of today asks for ${shownZ.join(', ')} after each round of confirming runs, and ${confirmZ} of these alone`
    : 'd / s. The frontier weighs it with what earlier candidates were worth';
}

function branchOf({ rule, said, code, saw, because }: Reason): Branch {
  return {
    name: rule.replaceAll('-', ' '),
    words: `${said} (${code}): ${saw}`,
    under: because.map(branchOf),
  };
}

function fileOf(picture: Evidence['picture']): string | null {
  if (picture === null) return null;
  const svg = renderToString(picture);
  const end = svg.indexOf('>') + 1;
  return `${svg.slice(0, end)}<style>${CHART_STYLE}</style>${svg.slice(end)}\n`;
}
