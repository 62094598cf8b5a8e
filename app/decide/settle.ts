import type { CheckWrite, Effect } from '../model/effect.ts';
import type { HeadState, Snapshot } from '../model/snapshot.ts';
import { encodeOverall, OVERALL_NAME } from '../model/state.ts';
import { verdict } from './comments.ts';
import { experimentMessage } from './commit-message.ts';
import { type Experiment, experimentsOf, givenUp } from './experiments.ts';
import type { Grounds } from './grounds.ts';
import { recordFile, recordOf } from './record.ts';
import { boardFiles, withRecord } from './standings.ts';
import { type Judgement, judge } from './verdict.ts';

/** Files the request has left behind by a push: their results are recorded for what they are and never touch the present one. */
export function settlePast(snapshot: Snapshot, grounds: Grounds): Effect[] {
  const present = snapshot.pull.file?.oid ?? null;
  const past = snapshot.pull.heads.slice(1).filter((head) => head.blob !== present && isUnsettled(head));
  for (const experiment of experimentsOf(snapshot.pull.heads)) {
    const heads = past.filter((head) => head.blob === experiment.blob);
    if (heads.length === 0) continue;
    const effects = settleOne(snapshot, grounds, experiment, heads);
    if (effects.length > 0) return [...effects, { kind: 'again' }];
  }
  const idle = past.filter((head) => head.overall && head.runs.length === 0);
  if (idle.length === 0) return [];
  return [checksOnly(idle.map((head) => superseded(head, 'superseded by a push', '-'))), { kind: 'again' }];
}

export function isUnsettled(head: HeadState): boolean {
  return (
    head.runs.some((run) => run.check.status !== 'completed') ||
    (head.overall !== null && head.overall.check.status !== 'completed')
  );
}

function checksOnly(checks: CheckWrite[]): Effect {
  return {
    kind: 'answer',
    subject: null,
    checks,
    comment: null,
    addLabels: [],
    removeLabels: [],
    close: false,
  };
}

function superseded(head: HeadState, title: string, summary: string): CheckWrite {
  const { check, key } = head.overall!;
  return {
    id: check.id,
    head: head.oid,
    name: OVERALL_NAME,
    externalId: encodeOverall({ ...key, state: 'verdict' }),
    status: 'completed',
    conclusion: 'neutral',
    detailsUrl: null,
    title,
    summary,
    text: '',
  };
}

function settleOne(
  snapshot: Snapshot,
  grounds: Grounds,
  experiment: Experiment,
  heads: HeadState[],
): Effect[] {
  const gone = experiment.broken.map(({ run, why }) => givenUp(run, `${why}; the file was pushed over`));
  const checks = [...experiment.updates, ...gone];
  if (experiment.pending.length > 0) return checks.length > 0 ? [checksOnly(checks)] : [];
  const close = (title: string, summary: string) =>
    heads.filter((head) => head.overall).map((head) => superseded(head, title, summary));
  if (experiment.facts.length === 0)
    return [
      checksOnly([
        ...checks,
        ...close('superseded by a push', 'Another file was pushed before this one was measured.'),
      ]),
    ];

  const known = snapshot.records.find(
    (one) => one.blob === experiment.blob && one.record.pull === snapshot.pull.number,
  );
  const standing = grounds.board.tracks[experiment.track];
  const rules = grounds.config.tracks[experiment.track];
  if (!known && (!standing || !rules)) return [];
  const record =
    known?.record ?? recordOf(snapshot, experiment, finalJudgement(experiment, standing!, rules!));
  const saying = verdict(snapshot, { record, fate: 'superseded', stale: false, earlier: [] });
  const answer = checksOnly([...checks, ...close(saying.title, saying.body)]);
  if (known) return [answer];
  return [
    {
      kind: 'record',
      base: snapshot.main.oid,
      message: experimentMessage(record),
      files: [recordFile(record), ...boardFiles(withRecord(grounds.board, record))],
    },
    answer,
  ];
}

/** What was pushed over is not measured further: what is known decides. */
function finalJudgement(experiment: Experiment, ...[standing, rules]: JudgeRest): Judgement {
  const judgement = judge(experiment.facts, standing, rules);
  if (judgement.kind === 'verdict') return judgement;
  return {
    kind: 'verdict',
    verdict: 'inconclusive',
    reason: { code: 'withdrawn', text: 'another file was pushed before this one was measured often enough' },
    valBpb: experiment.facts[0]?.run.valBpb ?? null,
    incumbent: standing.incumbent.valBpb,
  };
}

type JudgeRest = Parameters<typeof judge> extends [unknown, ...infer Rest] ? Rest : never;
