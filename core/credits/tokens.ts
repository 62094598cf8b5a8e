import type { Leaderboard, TrackStanding } from '../formats/leaderboard.ts';
import { type ExperimentResult, resultPath } from '../formats/result.ts';
import type { RunResult } from '../formats/run.ts';
import { type Token, tokenPath, tokenText } from '../formats/token.ts';
import { own } from '../names.ts';
import { NO_OWNER } from '../owner.ts';

/** Tokens of the records that a commit of main makes. They follow from what the commit writes, and anyone can make them again. */

export interface Step {
  before: Leaderboard;
  after: Leaderboard;
  /** Main's commit before it. */
  parent: string;
  /** The result at a path, as the commit has it; null where there is none that can be read. Then there is no token. */
  resultAt: (path: string) => ExperimentResult | null;
}

/** Files of tokens that the commit adds, by path. */
export function tokenFiles({ before, after, parent, resultAt }: Step): { path: string; content: string }[] {
  return Object.entries(after.tracks).flatMap(([track, standing]) =>
    holdersSince(own(before.tracks, track), standing).flatMap((made) => {
      const { holder } = made;
      const record =
        holder.pull === null ? null : resultPath({ pull: holder.pull, blob: holder.blob, track });
      const result = record === null ? null : resultAt(record);
      if (record !== null && result === null) return [];
      const token = tokenOf({ ...made, track, record, result, runs: standing.runs, after: parent });
      return [{ path: tokenPath(token), content: tokenText(token) }];
    }),
  );
}

type Holder = TrackStanding['incumbent'];

interface Made {
  number: number;
  holder: Holder;
  /** Whose record it took. */
  last: Holder | null;
}

/** The track's holders that the earlier leaderboard does not have, with their numbers; of a track that is new there, the latest. */
function holdersSince(before: TrackStanding | undefined, { history, older = 0 }: TrackStanding): Made[] {
  const all = older + history.length;
  const known = before ? (before.older ?? 0) + before.history.length : all - 1;
  const fresh = Math.max(0, Math.min(all - known, history.length));
  return history.slice(history.length - fresh).map((holder, i) => {
    const at = history.length - fresh + i;
    return { number: older + at, holder, last: history[at - 1] ?? null };
  });
}

interface Given extends Made {
  track: string;
  record: string | null;
  result: ExperimentResult | null;
  /** Of main's own file. */
  runs: RunResult[];
  after: string;
}

function tokenOf({ number, holder, last, track, record, result, runs, after }: Given): Token {
  const { pull, blob, valBpb, at } = holder;
  return {
    schema: 1,
    track,
    number,
    pull,
    blob,
    record,
    head: result?.head ?? null,
    parent: last && { number: number - 1, pull: last.pull, blob: last.blob },
    author: result && named(result.author, result.authorId),
    ...(result?.chain && { chain: result.chain.pulls }),
    owners: ownersOf(result ? confirming(result.runs) : runs),
    valBpb,
    effect: result?.evidence?.effect ?? null,
    at,
    after,
  };
}

/** Runs that a record's loss is the mean of: the confirming ones, where there are any. */
export function confirming(runs: RunResult[]): RunResult[] {
  const scored = runs.filter((run) => run.valBpb !== null && run.discounted === undefined);
  const confirmed = scored.filter((run) => run.stage === 'confirm');
  return confirmed.length > 0 ? confirmed : scored;
}

function ownersOf(runs: RunResult[]): Token['owners'] {
  const known = runs.filter(({ owner }) => owner !== NO_OWNER);
  const accounts = new Map(known.map((run) => [run.ownerId ?? run.owner, named(run.owner, run.ownerId)]));
  return [...accounts.values()];
}

function named(login: string, id: number | undefined) {
  return { login, ...(id !== undefined && { id }) };
}

/** Whether a record that a token tells of still counts as one: what was found out since stands in its result. Main's first file stands. */
export function standingOf(result: Pick<ExperimentResult, 'verdict'> | null): 'stands' | 'fell' {
  return result === null || result.verdict === 'improved' ? 'stands' : 'fell';
}
