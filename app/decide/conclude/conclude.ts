import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import type { CheckWrite, Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { placeOf } from '../../model/tracks.ts';
import { experimentMessage, mergeMessage } from '../../say/commit-message.ts';
import { answerOf, isEmpty } from '../answer/answer.ts';
import { checksOnly } from '../answer/check-writes.ts';
import { withOpenAudits } from '../results/audited.ts';
import { boardFiles, holdsRecord, withIncumbent, withResult } from '../results/leaderboard.ts';
import type { Outcome } from '../results/outcome.ts';
import { outlierAlarms } from '../results/outlier-alarms.ts';
import { withRescored } from '../results/rescored.ts';
import { REPEATS, resultFiles, resultOf } from '../results/result.ts';
import { drawAudits } from '../rules/draw-audits.ts';
import { knownOwners } from '../rules/placing.ts';
import { isReady, type TrackProgress } from '../rules/progress.ts';
import { nextInLine } from '../rules/queue.ts';
import { type Judgement, judge } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import { factsOf, reconsideredResult } from '../state/reconsidered.ts';
import { ask, type Settings } from '../state/settings.ts';
import { coAuthored, mayBring } from './branch.ts';
import { collectedLate } from './late-results.ts';
import { notTheBest } from './worse-merged-by-hand.ts';

/** A record with what becomes of it. `adopt`: it moves main, and has not yet. */
interface Part {
  result: ExperimentResult;
  consequence: Outcome['consequence'];
  adopt: boolean;
}

/**
 * The verdict of the present file on one track: recorded, and main moved at once when it improved. The last track's verdict ends
 * the request: merged, or closed, and answered.
 */
export function conclude(
  snapshot: Snapshot,
  settings: Settings,
  tracks: TrackProgress,
  experiment: Experiment,
  judgement: Judgement,
): Effect[] {
  const before = reconsideredResult(snapshot, experiment);
  const result = withAudits(snapshot, settings, resultOf(snapshot, experiment, judgement, before));
  const consequence = consequenceOf(snapshot, settings, result);
  ask(settings, 'verdict', 'decided', judgement.verdict, `${result.track}: ${judgement.reason.text}`);
  ask(
    settings,
    'merge',
    consequence === 'merged' ? 'acts' : 'decided',
    consequence,
    `main is ${snapshot.main.oid.slice(0, 12)}`,
  );
  const open = result.audits.filter((audit) => audit.outcome === 'open');
  ask(
    settings,
    'audits',
    open.length > 0 ? 'acts' : 'passed',
    open.length > 0 ? 'drawn' : 'none-drawn',
    `${open.length} of ${result.runs.length} runs are to be repeated elsewhere`,
  );
  const all = experimentsOf(snapshot.pull.heads);
  const holder = settings.board.tracks[result.track]?.incumbent.blob;
  const liars = judgement.liars ?? [];
  const measured = withResult(settings.board, result, incumbentRuns(all, result.track, holder), before);
  const counted = withOpenAudits(withRescored(measured, result, liars, snapshot.now), result);
  const alarms = outlierAlarms(counted, settings.config, result, liars, snapshot.now);
  const { updates } = withIncumbentRuns(experiment, all);
  const newOwners = ownersJoin(settings.board, counted, result.track);
  const part = { result, consequence, adopt: consequence === 'merged' };
  const board = part.adopt ? withIncumbent(counted, result) : counted;

  const ahead = tracks.ahead.filter((track) => track !== result.track);
  if (isReady(snapshot) && ahead.length > 0) {
    const next = nextInLine(snapshot.pull.number, snapshot.queue, settings.config, result.track, newOwners);
    return [
      ...alarms,
      commitOf(snapshot, part, board, null),
      ...(updates.length > 0 ? [checksOnly(updates)] : []),
      { kind: 'look', pulls: next, baselines: [] },
      { kind: 'again' },
    ];
  }
  const parts = [...tracks.own.map((one) => partOf(snapshot, settings, one)), part];
  return [
    ...alarms,
    commitOf(snapshot, part, board, headToBring(snapshot, settings, parts)),
    ...answered(snapshot, settings, { ...tracks, ahead }, parts, updates, newOwners),
    ...(result.audits.some((audit) => audit.outcome === 'open') ? [{ kind: 'again' } as const] : []),
  ];
}

/** Where several runs decide, some of them are to be repeated elsewhere. */
function withAudits(
  snapshot: Snapshot,
  { board, config }: Settings,
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
export function showResults(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Effect[] {
  const parts = tracks.own.map((one) => partOf(snapshot, settings, one));
  const [late, ...later] = parts.filter((one) => one.adopt);
  if (late && later.length > 0) return adopt(snapshot, settings, late);
  const head = headToBring(snapshot, settings, parts);
  const board = late ? withIncumbent(settings.board, late.result) : null;
  return [
    ...(late ? [commitOf(snapshot, late, board!, head)] : bringHead(snapshot, parts, head)),
    ...answered(snapshot, settings, tracks, parts, collectedLate(snapshot, tracks.own)),
  ];
}

/** Before the next track begins: gains that could not be adopted when they were measured, one a turn. */
export function adoptLate(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Effect[] {
  const late = tracks.own.map((one) => partOf(snapshot, settings, one)).find((one) => one.adopt);
  return late ? adopt(snapshot, settings, late) : [];
}

function adopt(snapshot: Snapshot, settings: Settings, part: Part): Effect[] {
  return [commitOf(snapshot, part, withIncumbent(settings.board, part.result), null), { kind: 'again' }];
}

/** What a record amounts to today. One that improved and was not adopted is held against the incumbent of the day. */
function partOf(snapshot: Snapshot, settings: Settings, result: ExperimentResult): Part {
  const { board, config } = settings;
  const consequence = consequenceOf(snapshot, settings, result);
  if (result.verdict !== 'improved') return { result, consequence, adopt: false };
  if (holdsRecord(board, result.track, result.blob)) {
    const isBest = board.tracks[result.track]!.incumbent.blob === result.blob;
    return { result, consequence: isBest ? 'merged' : 'overtaken', adopt: false };
  }
  const [, oldest] = board.tracks[result.track]?.older ? board.tracks[result.track]!.history : [];
  // It held the record longer ago than the leaderboard tells.
  if (snapshot.pull.state === 'merged' && oldest && result.decidedAt < oldest.at)
    return { result, consequence: 'overtaken', adopt: false };
  if (consequence !== 'merged') return { result, consequence, adopt: false };
  const rules = config.tracks[result.track];
  const standing = board.tracks[result.track];
  if (!rules || !standing) return { result, consequence: 'no-track', adopt: false };
  // A person has merged it: that is not held against anything.
  if (snapshot.pull.state === 'merged') return { result, consequence, adopt: true };

  if (!isCertified(result)) return { result, consequence: 'too-few-runs', adopt: false };
  const facts = factsOf(result);
  const today = judge({ author: result.author, facts, incumbentRuns: [], standing, rules });
  if (today.kind === 'measure') return { result, consequence: 'too-few-runs', adopt: false };
  if (today.verdict === 'improved') return { result, consequence, adopt: true };
  const { verdict, reason, evidence } = today;
  const { pull, blob } = standing.incumbent;
  const incumbent = { pull, blob, valBpb: today.incumbent };
  return { result: { ...result, verdict, reason, incumbent, evidence }, consequence: 'closed', adopt: false };
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

function consequenceOf(
  { pull, main }: Snapshot,
  { config }: Settings,
  result: ExperimentResult,
): Outcome['consequence'] {
  const improved = result.verdict === 'improved';
  if (pull.state === 'merged') return improved && main.train?.oid === result.blob ? 'merged' : 'hand-merged';
  if (pull.state === 'closed') return 'was-closed';
  if (pull.draft) return 'was-draft';
  if (improved && pull.base !== main.branch) return 'other-base';
  if (!improved) return 'closed';
  return config.merge ? 'merged' : 'ready';
}

/** The request's head, when main's history is to have it: then GitHub shows the request as merged. */
function headToBring(snapshot: Snapshot, { config }: Settings, parts: Part[]): string | null {
  const gained = parts.some(({ consequence }) => consequence === 'merged' || consequence === 'overtaken');
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
  settings: Settings,
  tracks: TrackProgress,
  parts: Part[],
  checks: CheckWrite[],
  newOwners = false,
): Effect[] {
  const { pull, main } = snapshot;
  const { config } = settings;
  const last = parts.at(-1)!.result;
  const consequences = new Set(parts.map((one) => one.consequence));
  const gained = consequences.has('merged') || consequences.has('overtaken') || consequences.has('ready');
  // Its gain is on main by a commit of its own: nothing is left that could make GitHub call it merged.
  const apart = gained && !consequences.has('ready') && config.merge && !pull.onMain && !mayBring(pull);
  const earlier = pull.heads
    .slice(1)
    .filter((head) => head.overall?.key.state === 'verdict' && head.blob !== last.blob);
  const outcomes = parts.map(({ result: record, consequence }, i): Outcome => {
    const moved = pull.beganFrom !== null && pull.beganFrom !== main.train?.oid;
    return {
      result: record,
      consequence: gained && record.verdict !== 'improved' ? 'kept' : consequence,
      stale: moved && main.train?.oid !== record.blob,
      apart,
      earlier: i === parts.length - 1 ? earlier : [],
    };
  });
  const close =
    isReady(snapshot) &&
    (!gained || apart) &&
    !consequences.has('too-few-runs') &&
    !consequences.has('other-base');
  const answer = answerOf(snapshot, {
    decision: { code: 'verdict', outcomes, tracks, close },
    blob: last.blob,
    track: last.track,
    reasons: settings.reasons,
    checks,
  });
  if (isEmpty(answer)) return [{ kind: 'rest', why: `decided: ${last.verdict}` }];
  const next = nextInLine(pull.number, snapshot.queue, config, last.track, newOwners);
  return [
    { kind: 'answer', ...answer },
    ...notTheBest(snapshot, settings, parts),
    { kind: 'look', pulls: [...new Set([...copiesOf(snapshot), ...next])], baselines: [] },
  ];
}

/** Other requests with the same head: GitHub calls them merged too once main has it, and they have no run of their own to wake them. */
function copiesOf({ pull, queue }: Snapshot): number[] {
  return queue
    .filter(({ pull: number, head }) => number !== pull.number && head === pull.heads[0]?.oid)
    .map((entry) => entry.pull);
}
