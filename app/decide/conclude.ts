import type { ExperimentRecord, Leaderboard } from '../../results/schema.ts';
import type { CheckWrite, Effect } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { answerOf, isEmpty } from './answer.ts';
import { drawAudits } from './audit-draw.ts';
import { withOpenAudits } from './audit-standings.ts';
import { experimentMessage } from './commit-message.ts';
import { TRAIN_PATH } from './eligibility.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from './experiments.ts';
import type { Grounds } from './grounds.ts';
import { knownOwners } from './placing.ts';
import { nextInLine } from './queue.ts';
import { factsOf, reconsideredRecord } from './reconsider.ts';
import { recordFiles, recordOf } from './record.ts';
import { alerted } from './similar.ts';
import { boardFiles, holdsRecord, withIncumbent, withRecord } from './standings.ts';
import { type Judgement, judge } from './verdict.ts';
import { type Outcome, verdict } from './verdict-comment.ts';

/** The verdict of the present file: recorded, merged or closed, answered. */
export function conclude(
  snapshot: Snapshot,
  grounds: Grounds,
  experiment: Experiment,
  judgement: Judgement,
): Effect[] {
  const before = reconsideredRecord(snapshot, experiment.blob);
  const record = withAudits(snapshot, grounds, recordOf(snapshot, experiment, judgement, before));
  const fate = fateOf(snapshot, grounds, record);
  const all = experimentsOf(snapshot.pull.heads);
  const holder = grounds.board.tracks[record.track]?.incumbent.blob;
  const counted = withOpenAudits(
    withRecord(grounds.board, record, incumbentRuns(all, record.track, holder), before),
    record,
  );
  const { updates } = withIncumbentRuns(experiment, all);
  return [
    commitOf(snapshot, grounds, record, fate, fate === 'merged' ? withIncumbent(counted, record) : counted),
    ...answered(snapshot, grounds, record, fate, updates, ownersJoin(grounds.board, counted, record.track)),
    ...(record.audits.some((audit) => audit.outcome === 'open') ? [{ kind: 'again' } as const] : []),
  ];
}

/** Where several runs decide, some of them are to be repeated elsewhere. */
function withAudits(
  snapshot: Snapshot,
  { board, config }: Grounds,
  record: ExperimentRecord,
): ExperimentRecord {
  const standing = board.tracks[record.track];
  const rules = config.tracks[record.track];
  if (!standing || rules?.sigma === undefined) return record;
  const known = new Set(record.audits.map((audit) => audit.of));
  const runs = record.runs.filter((run) => run.discounted === undefined);
  const facts = runs.map((run) => ({ run, reason: null, curve: [], log: null }));
  const drawn = drawAudits({
    record: { ...record, runs },
    before: standing,
    owners: knownOwners({ rules, standing, facts, now: snapshot.now, machineRules: config }),
    fresh: snapshot.fresh,
    audits: config.audits,
  });
  return { ...record, audits: [...record.audits, ...drawn.filter((audit) => !known.has(audit.of))] };
}

/** The experiment is on record already: say so again, or do what could not be done then. */
export function showRecord(snapshot: Snapshot, grounds: Grounds, record: ExperimentRecord): Effect[] {
  const { pull, main } = snapshot;
  const { board, config } = grounds;
  const all = experimentsOf(pull.heads);
  const own = all.find((one) => one.blob === record.blob && one.of === 'candidate');
  const updates = own ? withIncumbentRuns(own, all).updates : [];
  const show = (shown: ExperimentRecord, fate: Outcome['fate']) =>
    answered(snapshot, grounds, shown, fate, updates);
  if (record.verdict !== 'improved') return show(record, fateOf(snapshot, grounds, record));
  if (holdsRecord(board, record.track, record.blob)) return show(record, 'merged');

  const adopt = (fate: 'merged'): Effect[] => [
    commitOf(snapshot, grounds, record, fate, withIncumbent(board, record)),
    ...show(record, fate),
  ];
  if (pull.state === 'merged')
    return main.train?.oid === record.blob ? adopt('merged') : show(record, 'was-closed');
  if (pull.state === 'closed' || pull.draft || !config.merge)
    return show(record, fateOf(snapshot, grounds, record));

  // Open again, and better then: held against today's incumbent.
  const rules = config.tracks[record.track];
  const standing = board.tracks[record.track];
  if (!rules || !standing) return [{ kind: 'rest', why: `track ${record.track} is no longer configured` }];
  const facts = factsOf(record);
  const today = judge({ author: record.author, facts, incumbentRuns: [], standing, rules });
  if (today.kind === 'measure') return [{ kind: 'rest', why: 'the record has too few runs' }];
  if (today.verdict === 'improved') return adopt('merged');
  return show(
    {
      ...record,
      verdict: today.verdict,
      reason: today.reason,
      incumbent: holderOf(grounds, record, today),
      evidence: today.evidence,
    },
    'closed',
  );
}

function holderOf(
  { board }: Grounds,
  record: ExperimentRecord,
  today: Judgement,
): ExperimentRecord['incumbent'] {
  const holder = board.tracks[record.track]!.incumbent;
  return { pull: holder.pull, blob: holder.blob, valBpb: today.incumbent };
}

/** Whether a record brings the first job of an owner: requests may have waited for one. */
function ownersJoin(before: Leaderboard, after: Leaderboard, track: string): boolean {
  const owners = (board: Leaderboard) =>
    new Set(Object.values(board.tracks[track]?.machines ?? {}).map((machine) => machine.owner)).size;
  return owners(after) > owners(before);
}

function fateOf({ pull, main }: Snapshot, { config }: Grounds, record: ExperimentRecord): Outcome['fate'] {
  const improved = record.verdict === 'improved';
  if (pull.state === 'merged') return improved && main.train?.oid === record.blob ? 'merged' : 'was-closed';
  if (pull.state === 'closed') return 'was-closed';
  if (pull.draft) return 'was-draft';
  if (!improved) return 'closed';
  return config.merge ? 'merged' : 'ready';
}

/** The primary track moves main's own file; every other keeps its best beside it. */
function bestPath(track: string, primary: string): string {
  return track === primary ? TRAIN_PATH : `train/best/${track}.py`;
}

function commitOf(
  snapshot: Snapshot,
  { config }: Grounds,
  record: ExperimentRecord,
  fate: Outcome['fate'],
  board: Grounds['board'],
): Effect {
  const message = experimentMessage(record);
  const files = [...recordFiles(record), ...boardFiles(board)];
  const base = snapshot.main.oid;
  // A request a person merged has its file on main already.
  if (fate !== 'merged' || snapshot.pull.state === 'merged') return { kind: 'record', base, message, files };
  return {
    kind: 'merge',
    base,
    tree: snapshot.main.tree,
    head: snapshot.pull.heads[0]!.oid,
    message,
    files,
    measured: { path: bestPath(record.track, config.primary), blob: record.blob },
  };
}

function answered(
  snapshot: Snapshot,
  { config }: Grounds,
  record: ExperimentRecord,
  fate: Outcome['fate'],
  checks: CheckWrite[],
  newOwners = false,
): Effect[] {
  const { pull, main } = snapshot;
  const stale =
    pull.beganFrom !== null && pull.beganFrom !== main.train?.oid && main.train?.oid !== record.blob;
  const earlier = pull.heads
    .slice(1)
    .filter((head) => head.overall?.key.state === 'verdict' && head.blob !== record.blob);
  const answer = answerOf(snapshot, {
    saying: alerted(snapshot, verdict(snapshot, { record, fate, stale, earlier }), false),
    key: { blob: record.blob, track: record.track, state: 'verdict' },
    conclusion:
      record.verdict === 'improved' ? 'success' : record.verdict === 'regressed' ? 'failure' : 'neutral',
    labels: fate === 'ready' ? ['improved', 'ready'] : [record.verdict],
    comment: true,
    close: fate === 'closed',
    checks,
  });
  if (isEmpty(answer)) return [{ kind: 'rest', why: `decided: ${record.verdict}` }];
  const next = nextInLine(pull.number, snapshot.queue, config, record.track, newOwners);
  return [
    { kind: 'answer', ...answer },
    { kind: 'look', pulls: next, baselines: [] },
  ];
}
