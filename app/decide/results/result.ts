import { NO_FRONTIER } from '../../../core/formats/frontier.ts';
import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { type ExperimentResult, type Paid, UNTRUSTED } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { repeatingRuns } from '../../../core/rules/acceptance/acceptance.ts';
import { heldoutOf, spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { clean } from '../../../core/text/harmless/github.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { DISCOUNTED } from '../../say/result-reasons.ts';
import { paidFor } from '../rules/spending/committed.ts';
import type { Judgement } from '../rules/verdict.ts';
import type { Experiment } from '../state/experiments.ts';
import { wordsOf } from '../state/words.ts';
import { coveredNow } from './ledger.ts';

const LOG_LIMIT = 6000;

/**
 * The permanent file of one experiment. Author text is kept apart, marked, and without characters that deceive.
 * @param before its record so far, when it was reconsidered: nothing of it is lost
 */
export function resultOf(
  snapshot: Snapshot,
  experiment: Experiment,
  judgement: Judgement,
  before: ExperimentResult | null = null,
): ExperimentResult {
  const { pull, main } = snapshot;
  if (!main.leaderboard.ok) throw new Error('a record needs a leaderboard that can be read');
  const standing = main.leaderboard.value.tracks[experiment.track];
  const measured = experiment.facts.map(({ run }) => run);
  const repeating = judgement.evidence === null ? [] : repeatingRuns(measured).map((run) => run.runId);
  const listed = measured.map((run) => {
    const repeats = repeating.includes(run.runId) ? DISCOUNTED.repeats : undefined;
    const discounted = judgement.discounted?.get(run.runId) ?? repeats;
    return discounted === undefined ? run : { ...run, discounted };
  });
  const counting = listed.filter((run) => run.discounted === undefined);
  const known = new Set(measured.map((run) => run.runId));
  const paid = paidIn(snapshot, measured, before);
  const holder = standing?.incumbent;
  // Its author may have another name by now.
  const { author, authorId } = before ?? pull;
  const text = (value: string | null, limit: number) => (value === null ? null : clean(value, limit));
  return {
    schema: 1,
    pull: pull.number,
    author,
    ...(authorId && { authorId }),
    head: experiment.head,
    blob: experiment.blob,
    track: experiment.track,
    verdict: judgement.verdict,
    reason: judgement.reason,
    valBpb: judgement.valBpb,
    ...onFrontier(standing, experiment, judgement),
    incumbent: holder ? { pull: holder.pull, blob: holder.blob, valBpb: judgement.incumbent } : null,
    runs: [...(before?.runs.filter((run) => !known.has(run.runId)) ?? []), ...listed],
    audits: before?.audits ?? [],
    rescores: [...(before?.rescores ?? []), ...(judgement.rescores ?? [])],
    ...(paid.length > 0 && { paid }),
    content: snapshot.contents[experiment.blob] ?? null,
    heldoutBpb: heldoutOf(counting),
    distribution: spreadOf(counting, standing?.others ?? [], judgement.evidence?.sigma ?? null),
    evidence: judgement.evidence,
    curve: experiment.facts[0]?.curve ?? [],
    decidedAt: snapshot.now,
    untrusted: judgement.conflict ? [...UNTRUSTED, 'conflict'] : UNTRUSTED,
    diff: clean(snapshot.diffs[experiment.blob]?.[experiment.track] ?? '', 64 * 1024),
    authorText: {
      ...(before?.authorText ?? experiment.words ?? wordsOf(pull)),
      log: text(experiment.facts.find((one) => one.log !== null)?.log ?? null, LOG_LIMIT),
    },
    insights: before?.insights ?? [],
  };
}

/** What was paid so far, and what accounts have now for the runs that it lists first. */
function paidIn(snapshot: Snapshot, measured: RunResult[], before: ExperimentResult | null): Paid[] {
  const known = new Set(before?.runs.map(({ runId }) => runId));
  const fresh = new Set(measured.map(({ runId }) => runId).filter((runId) => !known.has(runId)));
  return [...(before?.paid ?? []), ...coveredNow(snapshot, paidFor(snapshot, fresh))];
}

const PLACES = 3;
const LINES = 12;

/** What is kept of an experiment on the frontier beside what all have. */
function onFrontier(
  standing: TrackStanding | undefined,
  { composition }: Experiment,
  { guess, conflict, certified }: Judgement,
): Pick<ExperimentResult, 'base' | 'composedFrom' | 'conflict' | 'chain'> {
  const lines = (all: string[]) => [
    ...all.slice(0, LINES).map((line) => clean(line, 200)),
    ...(all.length > LINES ? [`[...] ${all.length - LINES} more`] : []),
  ];
  return {
    ...(guess && { base: baseOf(standing, guess.base.file, guess.base.estimate.loss) }),
    ...(composition && composition.from !== composition.blob && { composedFrom: composition.from }),
    ...(conflict && {
      conflict: {
        ...conflict,
        places: conflict.places.slice(0, PLACES).map(({ line, before, theirs, ours }) => ({
          ...{ line, before: lines(before), theirs: lines(theirs), ours: lines(ours) },
        })),
      },
    }),
    ...(certified &&
      certified.kind !== 'open' && {
        chain: { pulls: certified.pulls, head: { pull: certified.link.pull, blob: certified.link.blob } },
      }),
  };
}

function baseOf(standing: TrackStanding | undefined, blob: string, valBpb: number) {
  const { chain, compositions, known } = standing?.frontier ?? NO_FRONTIER;
  const holder = standing?.incumbent.blob === blob ? standing.incumbent : undefined;
  const pull =
    (holder ?? [...chain, ...compositions, ...known].find((one) => one.blob === blob))?.pull ?? null;
  return { pull, blob, valBpb: Math.max(0, valBpb) };
}
