import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { CheckWrite } from '../../model/effect.ts';
import type { HeadState, Snapshot } from '../../model/snapshot.ts';
import { DECIDED } from '../../say/result-reasons.ts';
import { GIVEN_UP } from '../../say/run-check.ts';
import { verdict } from '../../say/verdict.ts';
import type { Decided } from '../answer/decided.ts';
import { resultOf } from '../results/result.ts';
import { judgeAsItIs } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

const SUPERSEDED = 'superseded by a push';

/** Files the pull request has left behind by a push: their results are recorded for what they are and never touch the present one. */
export function concludeSuperseded(snapshot: Snapshot, settings: Settings): Decided | null {
  const present = snapshot.pull.file?.oid ?? null;
  const past = snapshot.pull.heads.slice(1).filter((head) => head.blob !== present && isUnsettled(head));
  const all = experimentsOf(snapshot.pull.heads);
  const left = new Set(past.map((head) => head.oid));
  const incumbentRuns = all.filter((one) => one.of === 'incumbent' || one.of === 'rescore').flatMap(endedOf);
  const leftOver = incumbentRuns.filter((write) => left.has(write.head));
  if (leftOver.length > 0) return { reasons: [], checks: leftOver, again: true };
  for (const experiment of all.filter((one) => one.of === 'candidate')) {
    const heads = past.filter((head) => carries(head, experiment));
    if (heads.length === 0) continue;
    const decided = concludeOne(snapshot, settings, experiment, heads);
    if (decided) return { ...decided, again: true };
  }
  const idle = past.filter((head) => head.overall && head.runs.length === 0);
  if (idle.length === 0) return null;
  return { reasons: [], left: { heads: idle, title: SUPERSEDED, summary: '-' }, again: true };
}

/** A file that was adopted, then pushed over, and whose chain has ended since: the check run of its commit says how. */
export function tellChainEnded(snapshot: Snapshot): Decided | null {
  const { pull, results } = snapshot;
  const present = pull.file?.oid;
  for (const { result } of results) {
    const file = result.composedFrom ?? result.blob;
    if (result.pull !== pull.number || !result.chain || result.verdict === 'adopted' || file === present)
      continue;
    const consequence = result.verdict === 'improved' ? 'chain' : 'superseded';
    const { title, body } = verdict(snapshot, { result, consequence, stale: false, earlier: [] });
    const heads = pull.heads.filter(
      ({ blob, overall }) => blob === file && overall !== null && overall.check.title !== title,
    );
    if (heads.length > 0) return { reasons: [], left: { heads, title, summary: body }, again: true };
  }
  return null;
}

/** What is to be written of runs of the incumbent that a push has left behind: collected when they came, else given up. */
function endedOf({ updates, broken }: Experiment): CheckWrite[] {
  return [...updates, ...broken.map(({ run, why }) => givenUp(run, GIVEN_UP.pushedOver(why)))];
}

/** Something about the verdict is still to come; audits follow it. */
export function isUnsettled(head: HeadState): boolean {
  return (
    head.runs.some((run) => run.check.status !== 'completed' && run.memory.audits === null) ||
    (head.overall !== null && head.overall.check.status !== 'completed')
  );
}

/** The head of the file itself, or that of the change that was put onto a newer file. */
function carries({ blob, runs }: HeadState, experiment: Experiment): boolean {
  const isOwn = ({ key }: HeadState['runs'][number]) =>
    key.blob === experiment.blob && (key.stage === 'explore' || key.stage === 'confirm');
  return blob === experiment.blob || runs.some(isOwn);
}

function concludeOne(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  heads: HeadState[],
): Decided | null {
  const gone = experiment.broken.map(({ run, why }) => givenUp(run, GIVEN_UP.pushedOver(why)));
  const checks = [...experiment.updates, ...gone];
  const soFar = checks.length > 0 ? { reasons: [], checks } : null;
  if (experiment.pending.length > 0) return soFar;
  // The file's runs on another track have the last word on its heads.
  const isLast = !experimentsOf(snapshot.pull.heads).some(
    (one) =>
      one.blob === experiment.blob &&
      one.track !== experiment.track &&
      one.of === 'candidate' &&
      awaitsVerdict(snapshot, settings, one),
  );
  const close = (title: string, summary: string) => ({
    reasons: [],
    checks,
    ...(isLast && { left: { heads, title, summary } }),
  });
  const known = resultOn(snapshot, experiment);
  if (known && !isLast) return soFar;
  // Another file's run keeps the head unsettled: a composition of this one.
  if (known && soFar === null && heads.every(isSaid)) return null;
  if (!known && !awaitsVerdict(snapshot, settings, experiment))
    return close(SUPERSEDED, 'Another file was pushed before this one was measured.');

  const judged = () => {
    const input = {
      author: snapshot.pull.author,
      facts: experiment.facts,
      incumbentRuns: [],
      standing: settings.board.tracks[experiment.track]!,
      rules: settings.config.tracks[experiment.track]!,
    };
    return judgeAsItIs(input, DECIDED.pushedOver);
  };
  const result = known ?? resultOf(snapshot, experiment, judged());
  const message = verdict(snapshot, { result, consequence: 'superseded', stale: false, earlier: [] });
  const closed = close(message.title, message.body);
  return known ? closed : { ...closed, commit: { changes: [{ kind: 'result', result }] } };
}

function isSaid({ overall }: HeadState): boolean {
  return overall === null || overall.check.status === 'completed';
}

function resultOn({ results, pull }: Snapshot, { blob, track }: Experiment): ExperimentResult | null {
  const own = results.find(
    (one) => one.blob === blob && one.result.track === track && one.result.pull === pull.number,
  );
  return own?.result ?? null;
}

/** Runs are out, or have come and can be judged, and no result holds them yet. */
function awaitsVerdict(snapshot: Snapshot, { config, board }: Settings, experiment: Experiment): boolean {
  const { track, facts, pending } = experiment;
  if (resultOn(snapshot, experiment) !== null) return false;
  return pending.length > 0 || (facts.length > 0 && !!config.tracks[track] && !!board.tracks[track]);
}
