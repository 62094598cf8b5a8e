import type { IncumbentRun } from '../../../core/credits/earnings.ts';
import { tokenFiles } from '../../../core/credits/tokens.ts';
import type { Borrowed } from '../../../core/formats/borrowing/record.ts';
import type { TrackConfig } from '../../../core/formats/config.ts';
import { appended } from '../../../core/formats/events.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { type Audit, contentPath, type ExperimentResult, resultPath } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { namedMap, own } from '../../../core/names.ts';
import { eventsBetween, type Written } from '../../../core/rules/events.ts';
import type { CommitMessage, FileWrite } from '../../model/effect.ts';
import type { World } from '../../model/snapshot.ts';
import { auditMessage, reconsideredMessage } from '../../say/audits.ts';
import { borrowedMessage } from '../../say/borrow.ts';
import {
  bestIsBackMessage,
  experimentMessage,
  firstIncumbentMessage,
  frontierMessage,
  insightMessage,
  mergeMessage,
  switchedOffMessage,
} from '../../say/commit-message.ts';
import { leaderboardPage } from '../../say/leaderboard-page.ts';
import { freshRuns } from '../rules/counted.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import { latestStart } from '../rules/spending/starts.ts';
import { asRecorded } from '../state/present-names.ts';
import { withAudited, withOpenAudits } from './audited.ts';
import { borrowedFiles } from './borrowed.ts';
import { bounded, textOf } from './bounded.ts';
import { type FrontierChange, withFrontierChange, withoutPull, withRunsCounted } from './frontier.ts';
import { type FirstIncumbent, withFirstIncumbent, withIncumbent, withResult } from './leaderboard.ts';
import { baselineFiles, ledgerAfter, ledgerFiles, notCounted, paidIn, withOwners } from './ledger.ts';
import { withReconsidered, withRecounted } from './reconsidered.ts';
import { withRescored } from './rescored.ts';

/** The one writer of results, of the leaderboard and of events: steps name what changes, and this turns it into a commit's files and message. */

export type Change =
  /** A measured file has a verdict. `before`: its result so far, when it was measured again. */
  | {
      kind: 'result';
      result: ExperimentResult;
      incumbentRuns?: RunResult[];
      before?: ExperimentResult | null;
      /** Machines that other owners' scorings of its weights do not bear out. */
      liars?: string[];
    }
  /** A measured file holds the record of its track now. */
  | { kind: 'incumbent'; result: ExperimentResult }
  /** Main's own file was measured, on a track that had no record. */
  | { kind: 'first-incumbent'; first: FirstIncumbent }
  /** Some of its runs were repeated elsewhere. */
  | { kind: 'audited'; result: ExperimentResult; before: ExperimentResult; settled: Audit[] }
  /** It was judged again without the runs of these machines. */
  | { kind: 'reconsidered'; result: ExperimentResult; before: ExperimentResult; machines: string[] }
  /** Main's history gets the head of a pull request whose gains are on main already. */
  | { kind: 'brought'; title: string; results: ExperimentResult[] }
  /** Main gets the best file again. `of`: whose it is, null for the first one. */
  | { kind: 'best-is-back'; track: string; of: number | null; pull: number; valBpb: number }
  /** What it means for the frontier of its track. */
  | { kind: 'frontier'; track: string; change: FrontierChange }
  /** Its track has no frontier any more, so its files leave it. */
  | { kind: 'switched-off'; track: string; pull: number }
  /** A chain ended, and with it other experiments whose files were adopted. */
  | { kind: 'chain'; results: ExperimentResult[]; before: ExperimentResult[] }
  /** What a pull request borrowed is over; what its runs cost is found when it is written. */
  | { kind: 'borrowed'; record: Borrowed }
  /** People added what they learned from it. */
  | { kind: 'insights'; result: ExperimentResult; added: ExperimentResult['insights'] };

/** The leaderboard after some changes. */
export function boardAfter(world: World, before: Leaderboard, changes: Change[]): Leaderboard {
  const all = changes.reduce((board, change) => after(board, change, world), before);
  return withStarts(
    changes.reduce((board, change) => withFrontierCounted(board, change, world, before), all),
    world,
  );
}

/** Pull requests that know the number of a start are closed one day. */
function withStarts(board: Leaderboard, world: World): Leaderboard {
  const tracks = Object.entries(board.tracks).map(([track, standing]) => {
    const starts = latestStart(world, { board }, track);
    return [track, starts > (standing.starts ?? -1) ? { ...standing, starts } : standing] as const;
  });
  return tracks.every(([track, standing]) => standing === board.tracks[track])
    ? board
    : { ...board, tracks: namedMap(Object.fromEntries(tracks)) };
}

/** On a track with a frontier each verdict's runs bring the next certification nearer. */
function withFrontierCounted(
  board: Leaderboard,
  change: Change,
  world: World,
  then: Leaderboard,
): Leaderboard {
  if (change.kind !== 'result') return board;
  const { result, incumbentRuns = [], before } = change;
  const rules = rulesOf(world, result.track);
  if (!hasFrontier(rules)) return board;
  const known = new Set(before?.runs.map((run) => run.runId));
  const runs = result.runs.filter((run) => !known.has(run.runId)).length;
  const standing = own(then.tracks, result.track);
  const fresh = standing ? freshRuns(standing, incumbentRuns) : [];
  return withRunsCounted(board, result.track, runs, fresh, rules!.sigma!);
}

function rulesOf({ main }: World, track: string): TrackConfig | undefined {
  return main.config.ok ? own(main.config.value.tracks, track) : undefined;
}

/** The same, and the commit that writes them. */
export function written(
  world: World,
  before: Leaderboard,
  changes: [Change, ...Change[]],
): { board: Leaderboard; commit: { base: string; message: CommitMessage; files: FileWrite[] } } {
  const incumbentRuns = notCounted(before, changes.flatMap(incumbentRunsOf));
  const borrowed = changes.flatMap((change) =>
    change.kind === 'borrowed' ? paidIn(world, change.record) : [],
  );
  const ledger = ledgerAfter(world, changes.flatMap(writtenBy), incumbentRuns, borrowed);
  const board = withOwners(boardAfter(world, before, changes), ledger);
  const results = new Map(changes.flatMap(resultsOf).map((result) => [resultPath(result), result]));
  const recorded = new Map([...results].map(([path, result]) => [path, asRecorded(world, result)]));
  const files = [...recorded.values()].flatMap(resultFiles);
  const resultAt = (path: string) => recorded.get(path) ?? null;
  const message = messageOf(world, changes[0]);
  const shown = board === before ? null : bounded(board, world.now);
  const news = eventsBetween({ before, after: shown?.board ?? before }, changes.flatMap(writtenBy));
  const all = [
    ...files,
    ...(shown ? boardFiles(shown) : []),
    ...ledgerFiles(ledger),
    ...baselineFiles(incumbentRuns),
    ...borrowedFiles(borrowed),
    ...tokenFiles({ before, after: board, parent: world.main.oid, resultAt }),
    ...appended(world.main.events, news),
  ];
  return { board, commit: { base: world.main.oid, message, files: all } };
}

/** What a change makes of results. One that says nothing of an earlier state leaves the verdict as it is on main. */
function writtenBy(change: Change): Written[] {
  if (change.kind === 'chain')
    return change.results.map((now, i) => ({ now, before: change.before[i] ?? null }));
  const given = 'before' in change || change.kind === 'result';
  return given ? [{ now: change.result, before: change.before ?? null }] : [];
}

/** Runs of main's own file stand in no result. */
function incumbentRunsOf(change: Change): IncumbentRun[] {
  switch (change.kind) {
    case 'result':
      return (change.incumbentRuns ?? []).map((run) => ({ track: change.result.track, run }));
    case 'first-incumbent':
      return change.first.runs.map((run) => ({ track: change.first.track, run }));
    default:
      return [];
  }
}

function resultsOf(change: Change): ExperimentResult[] {
  if (change.kind === 'chain') return change.results;
  return 'result' in change ? [change.result] : [];
}

function after(board: Leaderboard, change: Change, world: World): Leaderboard {
  const { now } = world;
  switch (change.kind) {
    case 'result': {
      const { result, incumbentRuns = [], before = null, liars = [] } = change;
      const measured = withResult(board, result, incumbentRuns, before);
      return withOpenAudits(withRescored(measured, result, liars, now, before), result);
    }
    case 'incumbent':
      return withIncumbent(board, change.result);
    case 'first-incumbent':
      return withFirstIncumbent(board, change.first);
    case 'audited':
      return withAudited(
        withRecounted(board, change.before, change.result),
        change.result,
        change.settled,
        now,
      );
    case 'reconsidered':
      return withReconsidered(board, change.before, change.result);
    case 'frontier':
      return withFrontierChange(board, change.track, change.change, rulesOf(world, change.track)!.sigma!);
    case 'switched-off':
      return withoutPull(board, change.track, change.pull);
    case 'chain':
      return change.results.reduce((all, result, i) => withRecounted(all, change.before[i]!, result), board);
    case 'brought':
    case 'best-is-back':
    case 'borrowed':
    case 'insights':
      return board;
  }
}

/** A commit is named after the first thing that it writes. */
function messageOf(world: World, change: Change): CommitMessage {
  switch (change.kind) {
    case 'result':
    case 'incumbent':
      return experimentMessage(world, change.result);
    case 'frontier':
      return frontierMessage(change.change);
    case 'switched-off':
      return switchedOffMessage(change);
    case 'chain':
      return experimentMessage(world, change.results[0]!);
    case 'first-incumbent':
      return firstIncumbentMessage(change.first);
    case 'audited':
      return auditMessage(change.result, change.settled);
    case 'reconsidered':
      return reconsideredMessage(change.result, change.machines);
    case 'brought':
      return mergeMessage(change.title, change.results);
    case 'best-is-back':
      return bestIsBackMessage(change);
    case 'borrowed':
      return borrowedMessage(change.record.pull, change.record.runs.length);
    case 'insights':
      return insightMessage(change.result, change.added);
  }
}

/** The result, and its line in the index by content. */
function resultFiles(result: ExperimentResult): FileWrite[] {
  const { pull, blob, content } = result;
  const file = { path: resultPath(result), content: `${JSON.stringify(result, null, 2)}\n` };
  return content === null ? [file] : [file, { path: contentPath(pull, blob, content), content: '' }];
}

/** The two files that say the same, for programs and for people, and holders of records that are too old for them. */
export function boardFiles({ board, files }: ReturnType<typeof bounded>): FileWrite[] {
  return [
    { path: 'results/leaderboard.json', content: textOf(board) },
    { path: 'results/README.md', content: leaderboardPage(board) },
    ...files,
  ];
}
