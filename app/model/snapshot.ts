import type { Borrowed } from '../../core/formats/borrowing/record.ts';
import type { BorrowRequest } from '../../core/formats/borrowing/request.ts';
import type { Config } from '../../core/formats/config.ts';
import type { Description } from '../../core/formats/description.ts';
import type { EventsFile } from '../../core/formats/events.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import type { Ledger } from '../../core/formats/ledger.ts';
import type { Void } from '../../core/formats/report.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import type { Verdict } from '../../core/formats/run.ts';
import type { Parsed } from '../../core/parsed.ts';
import type { ChangedFile, FileEntry } from '../../core/rules/eligibility.ts';
import type { Conflict } from '../../core/text/merge.ts';
import type { Asked, Reply } from './command.ts';
import type { LentMachine } from './lent.ts';
import type { BorrowedEnd, OverallKey, RunFacts, RunKey, RunMemory } from './state.ts';

/** Everything a decision needs, read at one moment. Decisions are functions of this value alone. */

export interface CheckRun {
  id: string;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  externalId: string;
  url: string;
  /** When it was made, or what it stands for began; null where GitHub does not say. */
  startedAt?: string | null;
  title: string;
  summary: string;
  text: string;
}

/** What GitHub and the artifact say today about a run in flight. */
export type Finding =
  | { kind: 'pending' }
  /** The workflow run of a check run that did not know it yet. */
  | { kind: 'found'; runId: number }
  /** No workflow run with this nonce is found, long after the dispatch. */
  | { kind: 'lost' }
  /** Sent to one owner's machines, and none of them took it for long. */
  | { kind: 'untaken'; runId: number }
  /** The runner or GitHub failed; not the author's fault. `machine`: the one that had the job, where GitHub says so. */
  | { kind: 'failed'; why: string; machine?: string | undefined }
  /** A report came that is not the one we asked for. `check` names the comparison that failed. */
  | { kind: 'refused'; check: string; why: string; machine?: string | undefined }
  /** The machine ended it before its loss was known: its owner took it back, or others used its device meanwhile. */
  | { kind: 'void'; outcome: Void; machine: string }
  /** A lent machine with the job that says nothing any more. */
  | { kind: 'vanished'; runId: number; machine: string }
  /** It ended without a loss, and no machine that may have it was free since: its check run is queued. */
  | { kind: 'waiting' }
  | { kind: 'report'; facts: RunFacts }
  /** A borrowed run is over, and its outcome is there where it has one. */
  | { kind: 'borrowed'; ended: BorrowedEnd };

/** One measured run, from the order to its facts. */
export interface RunState {
  check: CheckRun;
  head: string;
  key: RunKey;
  memory: RunMemory;
  /** In flight while the check run is not completed. */
  finding: Finding;
}

/** One commit a pull request once pointed to, with what the bot remembers of this pull request there. */
export interface HeadState {
  oid: string;
  blob: string | null;
  overall: { check: CheckRun; key: OverallKey } | null;
  runs: RunState[];
  /** Another pull request has checks on the commit too. */
  shared: boolean;
}

export interface PullState {
  id: string;
  number: number;
  title: string;
  author: string;
  /** GitHub's number of the author; left out where it does not say. */
  authorId?: number | null;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  createdAt: string;
  base: string;
  changedFiles: number;
  /** The first twenty that change; null when GitHub does not say, as of a diff that is too large for it. */
  files: ChangedFile[] | null;
  labels: string[];
  description: Parsed<Description>;
  /** What it borrows; null, or left out, where it is an experiment. */
  borrow?: Parsed<BorrowRequest> | null;
  /** The present head first, earlier ones after it. */
  heads: HeadState[];
  /** `train/train.py` at the present head. */
  file: FileEntry | null;
  /** Blob of `train/train.py` the branch began from; null when that is unknown. */
  beganFrom: string | null;
  /**
   * The file that its change was made to: the newest one before it in its branch that is or was on main or on the frontier. `beganFrom`
   * where none is known.
   */
  changedFrom: string | null;
  /** Main's history has the present head, which GitHub takes a moment to call merged. Known for pull requests whose gains are on main. */
  onMain: boolean;
  /** The commits that its branch would bring to main; null when they are too many, or nothing is to be merged. */
  branch: BranchCommit[] | null;
  /** The bot's own comment. */
  comment: { id: string; body: string } | null;
  /** When the author's account was made, ISO 8601; null when GitHub does not say. */
  authorSince: string | null;
  /** Commands in comments that have no final answer, and the bot's reply so far. */
  asked: Asked[];
  reply: Reply;
}

/** A commit of a pull request's branch. */
export interface BranchCommit {
  message: string;
  /** Account of its author as GitHub knows it by the e-mail address; null when it knows none. */
  login: string | null;
  parents: number;
  paths: string[];
}

/** Another open pull request, as far as order and duplicates need it. */
export interface QueueEntry {
  pull: number;
  author: string;
  createdAt: string;
  draft: boolean;
  /** Its head commit, which other pull requests may share. */
  head: string | null;
  blob: string | null;
  overall: OverallKey | null;
  /** Runs in flight. */
  running: RunKey[];
  /** Runs that ended without a loss and wait for a machine to be ordered again; none where it is left out. */
  waiting?: number;
  /** Confirming runs ordered so far, ended or not. */
  confirming: number;
}

interface MainState {
  oid: string;
  tree: string;
  branch: string;
  config: Parsed<Config>;
  leaderboard: Parsed<Leaderboard>;
  /** What owners earned; null before anything was. */
  ledger: Parsed<Ledger> | null;
  /** `train/train.py` of main. */
  train: FileEntry | null;
  /** Text of `train/harness.py` of main; null when it is not there. */
  harness: string | null;
  /** The newest file of `results/events` on main; null where there is none. */
  events: EventsFile | null;
}

/** What a file's name says of a result: the pull request, the first 12 digits of the blob, and either of these. */
export interface ResultName {
  pull: number;
  blob: string;
  /** Where the name is the result's own. */
  track: string | null;
  /** Digest of the file without comments and formatting, where the name comes from the index. */
  content: string | null;
}

export interface RepositoryState {
  id: string;
  owner: string;
  name: string;
  url: string;
  /** Read-only, for everybody. */
  archived: boolean;
  /** Everybody may read it. Left out: not known. */
  isPublic?: boolean;
  labels: { id: string; name: string }[];
}

export interface Fresh {
  seed: number;
  nonce: string;
}

/** A branch `frontier`: its links from main's child to the head, as git has them. */
export interface FrontierBranch {
  oid: string;
  links: { oid: string; blob: string }[];
}

/** A pull request's change put onto the newest file of a track's frontier. */
export type Composed = {
  /** The pull request's own file, and the file it was changed from. */
  from: string;
  base: string;
  onto: string;
} & (
  | {
      kind: 'file';
      blob: string;
      text: string;
      /** Why it cannot be measured: it is no Python, or leaves the contract. */
      problems: string[];
    }
  | { kind: 'conflict'; conflicts: Conflict[] }
);

/** What both kinds of reconciliation see. */
export interface World {
  /** ISO 8601, UTC. */
  now: string;
  repository: RepositoryState;
  /** Login of the bot. */
  bot: string;
  main: MainState;
  /** Open pull requests, oldest first. */
  queue: QueueEntry[];
  /** Those closed lately, the latest first: their runs may be out, and what they hold is not free. None where it is left out. */
  closed?: QueueEntry[];
  /** Seconds that pull requests borrow, or have borrowed, as this process remembers it: a check that says it is not seen after a push. */
  borrowing?: { pull: number; track: string; seconds: number }[];
  /** The branches that show frontiers, by name. */
  frontiers: Record<string, FrontierBranch>;
  /** Machines that owners lend from repositories of theirs; none where the bot runs without a server. */
  lent: LentMachine[];
  /** What results say of runs on lent machines, by workflow run; none where all names are as GitHub has them. */
  recorded?: ReadonlyMap<number, { owner: string; machine: string }>;
  /** Unpublished seeds and nonces, drawn from a cryptographic source at reading time. */
  fresh: Fresh[];
}

interface Likeness {
  pull: number;
  /** The author's words. */
  title: string;
  /** Which part is alike, and how much, from 0 to 1. */
  part: 'diff' | 'hypothesis';
  alike: number;
}

/** What is much like the pull request: a result, or an earlier pull request that is not decided. */
export type Similar = SimilarResult | SimilarOpen;

export interface SimilarResult extends Likeness {
  kind: 'record';
  blob: string;
  track: string;
  verdict: Verdict;
  valBpb: number | null;
  incumbentBpb: number | null;
  /** The referee's words, which may quote the author's. */
  reason: string;
  /** What the file printed last when it failed: a stranger's words. */
  exception: string | null;
  /** ISO 8601. */
  decidedAt: string;
}

export interface SimilarOpen extends Likeness {
  kind: 'open';
}

export interface Snapshot extends World {
  pull: PullState;
  /** At most one result per track for this file, or for one that differs only in comments and formatting, of this pull request or another. */
  results: { blob: string; result: ExperimentResult }[];
  /** What main records of what it borrowed; null, or left out, where there is nothing. */
  borrowed?: Parsed<Borrowed> | null;
  /** Similar experiments, when the pull request does not say what differs. Also empty when the search failed. */
  similar: Similar[];
  /** Results of all links of a chain whose certification this pull request carries, those adopted on it included. */
  links: ExperimentResult[];
  /** Its change on the newest file of the frontier, by track; only where it was made to an older file and has been measured. */
  composed: Record<string, Composed>;
  /** Unified diffs against the file of the track's incumbent, by blob and track. */
  diffs: Record<string, Record<string, string>>;
  /** Digests without comments and formatting, by blob: of the pull request's files, of main's, and of the incumbents of its tracks. */
  contents: Record<string, string>;
  /** A person asked to try again what was given up. */
  retry: boolean;
}

/** What the measurement of main's own file sees. */
export interface FirstIncumbentSnapshot extends World {
  /** The commit that brought main's file, which carries the check runs. */
  carrier: HeadState | null;
  retry: boolean;
}
