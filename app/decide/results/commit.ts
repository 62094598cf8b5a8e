import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { type Audit, contentPath, type ExperimentResult, resultPath } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import type { CommitMessage, FileWrite } from '../../model/effect.ts';
import type { World } from '../../model/snapshot.ts';
import { auditMessage, reconsideredMessage } from '../../say/audits.ts';
import {
  bestIsBackMessage,
  experimentMessage,
  firstIncumbentMessage,
  insightMessage,
  mergeMessage,
} from '../../say/commit-message.ts';
import { leaderboardPage } from '../../say/leaderboard-page.ts';
import { withAudited, withOpenAudits } from './audited.ts';
import { bounded, textOf } from './bounded.ts';
import { type FirstIncumbent, withFirstIncumbent, withIncumbent, withResult } from './leaderboard.ts';
import { withReconsidered, withRecounted } from './reconsidered.ts';
import { withRescored } from './rescored.ts';

/** The one writer of results and of the leaderboard: steps name what changes, and this turns it into a commit's files and message. */

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
  /** People added what they learned from it. */
  | { kind: 'insights'; result: ExperimentResult; added: ExperimentResult['insights'] };

/** The leaderboard after some changes. */
export function boardAfter({ now }: World, before: Leaderboard, changes: Change[]): Leaderboard {
  return changes.reduce((all, change) => after(all, change, now), before);
}

/** The same, and the commit that writes them. */
export function written(
  world: World,
  before: Leaderboard,
  changes: [Change, ...Change[]],
): { board: Leaderboard; commit: { base: string; message: CommitMessage; files: FileWrite[] } } {
  const board = boardAfter(world, before, changes);
  const results = new Map(
    changes.flatMap((one) => ('result' in one ? [[resultPath(one.result), one.result]] : [])),
  );
  const files = [...results.values()].flatMap(resultFiles);
  const message = messageOf(world, changes[0]);
  const all = board === before ? files : [...files, ...boardFiles(board, world.now)];
  return { board, commit: { base: world.main.oid, message, files: all } };
}

function after(board: Leaderboard, change: Change, now: string): Leaderboard {
  switch (change.kind) {
    case 'result': {
      const { result, incumbentRuns = [], before = null, liars = [] } = change;
      const measured = withResult(board, result, incumbentRuns, before);
      return withOpenAudits(withRescored(measured, result, liars, now), result);
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
    case 'brought':
    case 'best-is-back':
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
export function boardFiles(whole: Leaderboard, now: string): FileWrite[] {
  const { board, files } = bounded(whole, now);
  return [
    { path: 'results/leaderboard.json', content: textOf(board) },
    { path: 'results/README.md', content: leaderboardPage(board) },
    ...files,
  ];
}
