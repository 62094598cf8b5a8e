import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { CheckWrite, Effect } from '../../model/effect.ts';
import type { HeadState, Snapshot } from '../../model/snapshot.ts';
import { encodeOverall } from '../../model/state.ts';
import { DECIDED } from '../../say/result-reasons.ts';
import { GIVEN_UP } from '../../say/run-check.ts';
import { verdict } from '../../say/verdict.ts';
import { checksOnly } from '../answer/check-writes.ts';
import { written } from '../results/commit.ts';
import { resultOf } from '../results/result.ts';
import { judgeAsItIs } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

/** Files the pull request has left behind by a push: their results are recorded for what they are and never touch the present one. */
export function concludeSuperseded(snapshot: Snapshot, settings: Settings): Effect[] {
  const present = snapshot.pull.file?.oid ?? null;
  const past = snapshot.pull.heads.slice(1).filter((head) => head.blob !== present && isUnsettled(head));
  const all = experimentsOf(snapshot.pull.heads);
  const left = new Set(past.map((head) => head.oid));
  const incumbentRuns = all.filter((one) => one.of === 'incumbent' || one.of === 'rescore').flatMap(endedOf);
  const leftOver = incumbentRuns.filter((write) => left.has(write.head));
  if (leftOver.length > 0) return [checksOnly(leftOver), { kind: 'again' }];
  for (const experiment of all.filter((one) => one.of === 'candidate')) {
    const heads = past.filter((head) => head.blob === experiment.blob);
    if (heads.length === 0) continue;
    const effects = concludeOne(snapshot, settings, experiment, heads);
    if (effects.length > 0) return [...effects, { kind: 'again' }];
  }
  const idle = past.filter((head) => head.overall && head.runs.length === 0);
  if (idle.length === 0) return [];
  return [
    checksOnly(idle.map((head) => superseded(snapshot.pull.number, head, 'superseded by a push', '-'))),
    { kind: 'again' },
  ];
}

/** What is to be written of runs of the incumbent that a push has left behind: collected when they came, else given up. */
function endedOf({ updates, broken }: Experiment): CheckWrite[] {
  return [...updates, ...broken.map(({ run, why }) => givenUp(run, GIVEN_UP.pushedOver(why)))];
}

/** Something about the verdict is still to come; audits follow it. */
export function isUnsettled(head: HeadState): boolean {
  return (
    head.runs.some((run) => run.check.status !== 'completed' && run.key.stage !== 'audit') ||
    (head.overall !== null && head.overall.check.status !== 'completed')
  );
}

function superseded(pull: number, head: HeadState, title: string, summary: string): CheckWrite {
  const { check, key } = head.overall!;
  return {
    id: check.id,
    head: head.oid,
    name: check.name,
    externalId: encodeOverall(pull, { ...key, state: 'verdict' }),
    status: 'completed',
    conclusion: 'neutral',
    detailsUrl: null,
    title,
    summary,
    text: check.text,
  };
}

function concludeOne(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  heads: HeadState[],
): Effect[] {
  const gone = experiment.broken.map(({ run, why }) => givenUp(run, GIVEN_UP.pushedOver(why)));
  const checks = [...experiment.updates, ...gone];
  const soFar = checks.length > 0 ? [checksOnly(checks)] : [];
  if (experiment.pending.length > 0) return soFar;
  // The file's runs on another track have the last word on its heads.
  const isLast = !experimentsOf(snapshot.pull.heads).some(
    (one) =>
      one.blob === experiment.blob &&
      one.track !== experiment.track &&
      one.of === 'candidate' &&
      awaitsVerdict(snapshot, settings, one),
  );
  const close = (title: string, summary: string) =>
    isLast
      ? heads
          .filter((head) => head.overall)
          .map((head) => superseded(snapshot.pull.number, head, title, summary))
      : [];
  const known = resultOn(snapshot, experiment);
  if (known && !isLast) return soFar;
  if (!known && !awaitsVerdict(snapshot, settings, experiment))
    return [
      checksOnly([
        ...checks,
        ...close('superseded by a push', 'Another file was pushed before this one was measured.'),
      ]),
    ];

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
  const answer = checksOnly([...checks, ...close(message.title, message.body)]);
  if (known) return [answer];
  return [
    { kind: 'record', ...written(snapshot, settings.board, [{ kind: 'result', result }]).commit },
    answer,
  ];
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
