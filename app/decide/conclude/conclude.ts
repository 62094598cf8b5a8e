import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import type { CheckWrite, Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { experimentMessage, mergeMessage } from '../../say/commit-message.ts';
import { outlierAlarms } from '../audits/audits.ts';
import { drawAudits } from '../audits/draw.ts';
import { withOpenAudits } from '../audits/leaderboard.ts';
import { withRescored } from '../rescore/leaderboard.ts';
import { boardFiles, holdsRecord, withIncumbent, withResult } from '../results/leaderboard.ts';
import type { Outcome } from '../results/outcome.ts';
import { REPEATS, resultFiles, resultOf } from '../results/result.ts';
import { knownOwners } from '../rules/placing.ts';
import { type Course, isReady, placeOf } from '../rules/progress.ts';
import { nextInLine } from '../rules/queue.ts';
import { type Judgement, judge } from '../rules/verdict.ts';
import { answerOf, isEmpty } from '../state/answer.ts';
import { checksOnly } from '../state/check-writes.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import { factsOf, reconsideredResult } from '../state/reconsidered.ts';
import { ask, type Grounds } from '../state/settings.ts';
import { coAuthored, mayBring } from './branch.ts';
import { collectedLate } from './late-results.ts';
import { notTheBest } from './worse-merged-by-hand.ts';

/** A record with what becomes of it. `adopt`: it moves main, and has not yet. */
interface Part {
  result: ExperimentResult;
  fate: Outcome['fate'];
  adopt: boolean;
}

/**
 * The verdict of the present file on one track: recorded, and main moved at once when it improved. The last track's verdict ends
 * the request: merged, or closed, and answered.
 */
export function conclude(
  snapshot: Snapshot,
  grounds: Grounds,
  course: Course,
  experiment: Experiment,
  judgement: Judgement,
): Effect[] {
  const before = reconsideredResult(snapshot, experiment);
  const result = withAudits(snapshot, grounds, resultOf(snapshot, experiment, judgement, before));
  const fate = fateOf(snapshot, grounds, result);
  ask(grounds, 'verdict', 'decided', judgement.verdict, `${result.track}: ${judgement.reason.text}`);
  ask(
    grounds,
    'merge',
    fate === 'merged' ? 'acts' : 'decided',
    fate,
    `main is ${snapshot.main.oid.slice(0, 12)}`,
  );
  const open = result.audits.filter((audit) => audit.outcome === 'open');
  ask(
    grounds,
    'audits',
    open.length > 0 ? 'acts' : 'passed',
    open.length > 0 ? 'drawn' : 'none-drawn',
    `${open.length} of ${result.runs.length} runs are to be repeated elsewhere`,
  );
  const all = experimentsOf(snapshot.pull.heads);
  const holder = grounds.board.tracks[result.track]?.incumbent.blob;
  const liars = judgement.liars ?? [];
  const measured = withResult(grounds.board, result, incumbentRuns(all, result.track, holder), before);
  const counted = withOpenAudits(withRescored(measured, result, liars, snapshot.now), result);
  const alarms = outlierAlarms(counted, grounds.config, result, liars, snapshot.now);
  const { updates } = withIncumbentRuns(experiment, all);
  const newOwners = ownersJoin(grounds.board, counted, result.track);
  const part = { result, fate, adopt: fate === 'merged' };
  const board = part.adopt ? withIncumbent(counted, result) : counted;

  const ahead = course.ahead.filter((track) => track !== result.track);
  if (isReady(snapshot) && ahead.length > 0) {
    const next = nextInLine(snapshot.pull.number, snapshot.queue, grounds.config, result.track, newOwners);
    return [
      ...alarms,
      commitOf(snapshot, part, board, null),
      ...(updates.length > 0 ? [checksOnly(updates)] : []),
      { kind: 'look', pulls: next, baselines: [] },
      { kind: 'again' },
    ];
  }
  const parts = [...course.own.map((one) => partOf(snapshot, grounds, one)), part];
  return [
    ...alarms,
    commitOf(snapshot, part, board, headToBring(snapshot, grounds, parts)),
    ...answered(snapshot, grounds, { ...course, ahead }, parts, updates, newOwners),
    ...(result.audits.some((audit) => audit.outcome === 'open') ? [{ kind: 'again' } as const] : []),
  ];
}

/** Where several runs decide, some of them are to be repeated elsewhere. */
function withAudits(
  snapshot: Snapshot,
  { board, config }: Grounds,
  result: ExperimentResult,
): ExperimentResult {
  const standing = board.tracks[result.track];
  const rules = config.tracks[result.track];
  if (!standing || rules?.sigma === undefined) return result;
  const known = new Set(result.audits.map((audit) => audit.of));
  const facts = factsOf(result);
  const drawn = drawAudits({
    result: {
      ...result,
      runs: result.runs.filter((run) => run.discounted === undefined || run.discounted === REPEATS),
    },
    before: standing,
    owners: knownOwners({ rules, standing, facts, now: snapshot.now, machineRules: config }),
    fresh: snapshot.fresh,
    audits: config.audits,
  });
  return { ...result, audits: [...result.audits, ...drawn.filter((audit) => !known.has(audit.of))] };
}

/** Everything that can be decided is on record already: say so again, or do what could not be done then. */
export function showResults(snapshot: Snapshot, grounds: Grounds, course: Course): Effect[] {
  const parts = course.own.map((one) => partOf(snapshot, grounds, one));
  const [late, ...later] = parts.filter((one) => one.adopt);
  if (late && later.length > 0) return adopt(snapshot, grounds, late);
  const head = headToBring(snapshot, grounds, parts);
  const board = late ? withIncumbent(grounds.board, late.result) : null;
  return [
    ...(late ? [commitOf(snapshot, late, board!, head)] : bringHead(snapshot, parts, head)),
    ...answered(snapshot, grounds, course, parts, collectedLate(snapshot, course.own)),
  ];
}

/** Before the next track begins: gains that could not be adopted when they were measured, one a turn. */
export function adoptLate(snapshot: Snapshot, grounds: Grounds, course: Course): Effect[] {
  const late = course.own.map((one) => partOf(snapshot, grounds, one)).find((one) => one.adopt);
  return late ? adopt(snapshot, grounds, late) : [];
}

function adopt(snapshot: Snapshot, grounds: Grounds, part: Part): Effect[] {
  return [commitOf(snapshot, part, withIncumbent(grounds.board, part.result), null), { kind: 'again' }];
}

/** What a record amounts to today. One that improved and was not adopted is held against the incumbent of the day. */
function partOf(snapshot: Snapshot, grounds: Grounds, result: ExperimentResult): Part {
  const { board, config } = grounds;
  const fate = fateOf(snapshot, grounds, result);
  if (result.verdict !== 'improved') return { result, fate, adopt: false };
  if (holdsRecord(board, result.track, result.blob)) {
    const isBest = board.tracks[result.track]!.incumbent.blob === result.blob;
    return { result, fate: isBest ? 'merged' : 'overtaken', adopt: false };
  }
  const [, oldest] = board.tracks[result.track]?.older ? board.tracks[result.track]!.history : [];
  // It held the record longer ago than the leaderboard tells.
  if (snapshot.pull.state === 'merged' && oldest && result.decidedAt < oldest.at)
    return { result, fate: 'overtaken', adopt: false };
  if (fate !== 'merged') return { result, fate, adopt: false };
  const rules = config.tracks[result.track];
  const standing = board.tracks[result.track];
  if (!rules || !standing) return { result, fate: 'no-track', adopt: false };
  // A person has merged it: that is not held against anything.
  if (snapshot.pull.state === 'merged') return { result, fate, adopt: true };

  if (!isCertified(result)) return { result, fate: 'too-few-runs', adopt: false };
  const facts = factsOf(result);
  const today = judge({ author: result.author, facts, incumbentRuns: [], standing, rules });
  if (today.kind === 'measure') return { result, fate: 'too-few-runs', adopt: false };
  if (today.verdict === 'improved') return { result, fate, adopt: true };
  const { verdict, reason, evidence } = today;
  const { pull, blob } = standing.incumbent;
  const incumbent = { pull, blob, valBpb: today.incumbent };
  return { result: { ...result, verdict, reason, incumbent, evidence }, fate: 'closed', adopt: false };
}

/** Nothing moves main before its weights were scored once more, or nobody else could. Older records were never asked. */
function isCertified({ rescores, runs }: ExperimentResult): boolean {
  if (!runs.some((run) => run.probes)) return true;
  return rescores.some(({ outcome }) => outcome === 'agreed' || outcome === 'single-owner');
}

/** Whether a record brings the first job of an owner: requests may have waited for one. */
function ownersJoin(before: Leaderboard, after: Leaderboard, track: string): boolean {
  const owners = (board: Leaderboard) =>
    new Set(Object.values(board.tracks[track]?.machines ?? {}).map((machine) => machine.owner)).size;
  return owners(after) > owners(before);
}

function fateOf({ pull, main }: Snapshot, { config }: Grounds, result: ExperimentResult): Outcome['fate'] {
  const improved = result.verdict === 'improved';
  if (pull.state === 'merged') return improved && main.train?.oid === result.blob ? 'merged' : 'hand-merged';
  if (pull.state === 'closed') return 'was-closed';
  if (pull.draft) return 'was-draft';
  if (improved && pull.base !== main.branch) return 'other-base';
  if (!improved) return 'closed';
  return config.merge ? 'merged' : 'ready';
}

/** The request's head, when main's history is to have it: then GitHub shows the request as merged. */
function headToBring(snapshot: Snapshot, { config }: Grounds, parts: Part[]): string | null {
  const gained = parts.some(({ fate }) => fate === 'merged' || fate === 'overtaken');
  if (!gained || !isReady(snapshot) || !config.merge || snapshot.pull.onMain) return null;
  if (!mayBring(snapshot.pull)) return null;
  return snapshot.pull.heads[0]!.oid;
}

/** Every gain is on main already; what is left is that main's history knows where they came from. */
function bringHead({ main, pull }: Snapshot, parts: Part[], head: string | null): Effect[] {
  if (head === null) return [];
  const results = parts.map((one) => one.result);
  const message = mergeMessage(pull.title, results);
  return [{ kind: 'merge', base: main.oid, tree: main.tree, head, message, files: [], measured: null }];
}

function commitOf(
  snapshot: Snapshot,
  { result: record, adopt }: Part,
  board: Leaderboard,
  head: string | null,
): Effect {
  const { oid: base, tree } = snapshot.main;
  const path = placeOf(snapshot, record.track);
  const said = experimentMessage(snapshot, record);
  const message = adopt && head === null ? coAuthored(said, record.author) : said;
  const files = [...resultFiles(record), ...boardFiles(board, snapshot.now)];
  // A request a person merged has its file on main already.
  const there = snapshot.pull.state === 'merged' && path === TRAIN_PATH;
  const measured = adopt && !there ? { path, blob: record.blob } : null;
  if (measured === null && head === null) return { kind: 'record', base, message, files };
  return { kind: 'merge', base, tree, head, message, files, measured };
}

function answered(
  snapshot: Snapshot,
  grounds: Grounds,
  course: Course,
  parts: Part[],
  checks: CheckWrite[],
  newOwners = false,
): Effect[] {
  const { pull, main } = snapshot;
  const { config } = grounds;
  const last = parts.at(-1)!.result;
  const fates = new Set(parts.map((one) => one.fate));
  const gained = fates.has('merged') || fates.has('overtaken') || fates.has('ready');
  // Its gain is on main by a commit of its own: nothing is left that could make GitHub call it merged.
  const apart = gained && !fates.has('ready') && config.merge && !pull.onMain && !mayBring(pull);
  const earlier = pull.heads
    .slice(1)
    .filter((head) => head.overall?.key.state === 'verdict' && head.blob !== last.blob);
  const outcomes = parts.map(({ result: record, fate }, i): Outcome => {
    const moved = pull.beganFrom !== null && pull.beganFrom !== main.train?.oid;
    return {
      result: record,
      fate: gained && record.verdict !== 'improved' ? 'kept' : fate,
      stale: moved && main.train?.oid !== record.blob,
      apart,
      earlier: i === parts.length - 1 ? earlier : [],
    };
  });
  const close =
    isReady(snapshot) && (!gained || apart) && !fates.has('too-few-runs') && !fates.has('other-base');
  const answer = answerOf(snapshot, {
    decision: { code: 'verdict', outcomes, course, close },
    blob: last.blob,
    track: last.track,
    reasons: grounds.reasons,
    checks,
  });
  if (isEmpty(answer)) return [{ kind: 'rest', why: `decided: ${last.verdict}` }];
  const next = nextInLine(pull.number, snapshot.queue, config, last.track, newOwners);
  return [
    { kind: 'answer', ...answer },
    ...notTheBest(snapshot, grounds, parts),
    { kind: 'look', pulls: [...new Set([...copiesOf(snapshot), ...next])], baselines: [] },
  ];
}

/** Other requests with the same head: GitHub calls them merged too once main has it, and they have no run of their own to wake them. */
function copiesOf({ pull, queue }: Snapshot): number[] {
  return queue
    .filter(({ pull: number, head }) => number !== pull.number && head === pull.heads[0]?.oid)
    .map((entry) => entry.pull);
}
