import type { EventsFile } from '../../core/formats/events.ts';
import type { ChangedFile, FileEntry } from '../../core/rules/eligibility.ts';
import type { Permission } from '../model/command.ts';
import type { Answer, CommitMessage, Effect, FileWrite } from '../model/effect.ts';
import type {
  BranchCommit,
  CheckRun,
  FrontierBranch,
  PullState,
  RepositoryState,
} from '../model/snapshot.ts';

/** GitHub in our words. One implementation knows Octokit; nothing else does. */

/** A comment on a pull request, as far as commands need it. */
export interface CommentReading {
  id: string;
  /** GitHub's number of it. */
  number: string;
  by: string;
  /** GitHub's number of who wrote it; null of Apps and of accounts that GitHub does not number. */
  byId: number | null;
  /** The bot wrote it. */
  own: boolean;
  /** Written by the pull request's author. */
  isAuthor: boolean;
  /** An owner, member or collaborator, who may have more rights than to read. */
  belongs: boolean;
  at: string;
  body: string;
}

/** The latest comments, oldest first, and the bot's own reply to commands. */
export interface Talk {
  latest: CommentReading[];
  reply: { id: string; body: string } | null;
}

/** A commit with `train/train.py` as it stands there and the bot's own check runs. */
export interface CommitReading {
  oid: string;
  file: Omit<FileEntry, 'text'> | null;
  checks: CheckRun[];
}

export interface QueueReading {
  pull: number;
  author: string;
  createdAt: string;
  /** When the description was last changed; null when it never was. */
  editedAt: string | null;
  draft: boolean;
  commit: CommitReading | null;
}

/** What an open pull request proposes, in its author's words. */
export interface ProposalReading {
  number: number;
  title: string;
  url: string;
  body: string;
  /** `train/train.py` at its head; null when it is not there, no text, or too large to be shown. */
  text: string | null;
}

export interface WorldReading {
  repository: RepositoryState;
  bot: string;
  main: {
    oid: string;
    tree: string;
    branch: string;
    config: string | null;
    leaderboard: string | null;
    ledger: string | null;
    train: FileEntry | null;
    /** Text of `train/harness.py`. */
    harness: string | null;
    /** The newest file of `results/events`; null where there is none. */
    events: EventsFile | null;
  };
  queue: QueueReading[];
  /** Pull requests that were closed lately, the latest first. */
  closed: QueueReading[];
  /** Branches named as a frontier, with the links that their own history has, whatever is on main already. */
  frontiers: Record<string, FrontierBranch>;
}

export interface PullReading extends WorldReading {
  pull: Pick<
    PullState,
    | 'id'
    | 'number'
    | 'title'
    | 'author'
    | 'state'
    | 'draft'
    | 'createdAt'
    | 'base'
    | 'changedFiles'
    | 'labels'
    | 'beganFrom'
    | 'comment'
    | 'authorSince'
    | 'authorId'
  > & {
    body: string;
    head: string;
    headText: string | null;
    files: ChangedFile[] | null;
    commits: CommitReading[];
    /** The latest versions of `train/train.py` in its history, the present one first, each with its first parent's. */
    past: { blob: string | null; before: string | null }[];
  };
  talk: Talk;
  /** Sub-folders of `results/experiments` and `results/contents`, and the names in those this pull request belongs to. */
  folders: { name: string; oid: string }[];
  here: string[];
}

export interface MainReading extends WorldReading {
  carrier: CommitReading | null;
}

/** What the pages made from records are made from: git's names of it, null before the first record. */
export interface PagesReading {
  url: string;
  branch: string;
  oid: string;
  experiments: string | null;
  leaderboard: string | null;
  /** `results/MEMORY.md` as it is. */
  page: string | null;
  /** Files in `results/memory`, by git's names of their contents. */
  topics: { name: string; oid: string }[];
}

export interface WorkflowRun {
  id: number;
  repository: string;
  path: string;
  event: string;
  branch: string;
  headSha: string;
  attempt: number;
  actor: string;
  status: string;
  conclusion: string | null;
  title: string;
  createdAt: string;
  url: string;
  /** GitHub's number of the account whose repository it is in. */
  ownerId: number;
}

export interface WorkflowJob {
  name: string;
  conclusion: string | null;
  runner: string | null;
  completedAt: string | null;
}

export interface Artifact {
  id: number;
  name: string;
  digest: string | null;
  bytes: number;
  expired: boolean;
  /** ISO 8601; null when GitHub does not say. */
  expiresAt: string | null;
}

export interface Answered {
  checks: string[];
  refused: ('comment' | 'unlabel' | 'label' | 'close')[];
}

/** The workflow experiment.yml of one repository: ordering runs, and fetching what they left. */
export interface Actions {
  /** Sends the order. The id is null when GitHub did not say it: the run is found again by its title. */
  dispatch(branch: string, inputs: Record<string, string>): Promise<number | null>;
  workflowRun(id: number): Promise<WorkflowRun | null>;
  /** The newest runs of experiment.yml, at most a hundred. */
  recentRuns(): Promise<WorkflowRun[]>;
  /**
   * Ends a workflow run; one that is gone or over is left as it is.
   * @param force also where its machine does not answer: GitHub waits for no last step of it
   */
  cancel(id: number, force: boolean): Promise<void>;
  jobsOf(run: number): Promise<{ total: number; jobs: WorkflowJob[] }>;
  artifactsOf(run: number): Promise<{ total: number; artifacts: Artifact[] }>;
  download(artifact: number, limitBytes: number): Promise<Uint8Array>;
}

export interface Port {
  /** Null when there is no such pull request. */
  readPull(number: number, heads: string[]): Promise<PullReading | null>;
  readMain(): Promise<MainReading>;
  /** File names in a folder; immutable, since the folder is named by its tree. */
  listTree(oid: string): Promise<string[]>;
  /** Text of a file at a commit; null when it is not there. */
  readFile(path: string, commit: string): Promise<string | null>;
  /** Text of a blob by its name; null when it is not there or not text. */
  readBlob(oid: string): Promise<string | null>;
  openPulls(): Promise<number[]>;
  /** Pull requests whose comment GitHub refused and whose conversation is not locked now. */
  unsaidPulls(): Promise<number[]>;
  /** Of pull requests that GitHub shows; at most a hundred. */
  readProposals(pulls: number[]): Promise<ProposalReading[]>;
  readPages(): Promise<PagesReading>;
  /** What a user may do in the repository. */
  permissionOf(login: string): Promise<Permission>;
  /** Talk on the pull requests that changed last, whatever their state. */
  recentTalk(): Promise<(Talk & { pull: number })[]>;

  /**
   * GitHub Actions in this repository (null), or in an owner's repository in which their machine runs, by its full name.
   * @throws PortError `refused` with 404 where the bot has no access to that repository (any more)
   */
  actionsAt(repository: string | null): Promise<Actions>;
  /** Whether a commit is reachable from another. */
  isAncestor(commit: string, of: string): Promise<boolean>;
  /**
   * The commits that `head` has and `base` has not; null when there are more than `most`.
   * @param frontiers links of each, oldest first: what `head` has of the last one that it stands on is not its own
   */
  commitsBetween(
    base: string,
    head: string,
    most: number,
    frontiers?: string[][],
  ): Promise<BranchCommit[] | null>;

  /** One GraphQL document; answers the ids of the check runs in order, and what GitHub will not do of the rest. */
  answer(repository: RepositoryState, answer: Answer): Promise<Answered>;
  /** @param gone paths of files that are deleted */
  commit(
    branch: string,
    base: string,
    message: CommitMessage,
    files: FileWrite[],
    gone?: string[],
  ): Promise<string>;
  commitMerge(merge: {
    branch: string;
    base: string;
    tree: string;
    head: string | null;
    message: CommitMessage;
    files: FileWrite[];
    measured: { path: string; blob: string } | null;
  }): Promise<string>;
  /** Moves the branch, or makes it, with the links that are missing. Refused where people forbid it: main goes on without it. */
  showFrontier(wanted: Extract<Effect, { kind: 'frontier' }>): Promise<string>;
  /** Stores a text as a blob of the repository; answers its name. */
  keep(text: string): Promise<string>;
  /** Opens an issue by the bot with this title and label unless one is open. */
  alarm(title: string, body: string, label: string): Promise<void>;
  /** Opens a closed pull request again; one that cannot be, since its branch is gone or it was merged, is left as it is. */
  reopen(subject: string): Promise<void>;
  /** Keeps one issue by the bot open, with this title, text and label: opened, reopened or edited as needed. */
  keepIssue(issue: { title: string; body: string; label: string }): Promise<void>;
  /** Creates those of Descent's labels that are missing; answers the ids of all. */
  ensureLabels(repository: RepositoryState, names: string[]): Promise<RepositoryState['labels']>;
}

/**
 * What can go wrong between us and GitHub.
 * `transient`: nothing or something may have happened, read again; `moved`: main is not where it was read;
 * `refused`: GitHub will not, and asking again does not help.
 */
export class PortError extends Error {
  override name = 'PortError';
  readonly kind: 'transient' | 'moved' | 'refused';
  readonly status: number;

  constructor(kind: PortError['kind'], status: number, message: string) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}
