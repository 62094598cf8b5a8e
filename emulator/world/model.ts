import type { KeyObject } from 'node:crypto';
import type { GitRepository } from '../git/repository.ts';

/** The nouns of the world. Times are ISO 8601 in UTC. */

export type Level = 'read' | 'write' | 'admin';
export type Permissions = { [scope: string]: Level };

export interface User {
  id: number;
  login: string;
  type: 'User' | 'Bot';
  createdAt: string;
}

export interface App {
  id: number;
  slug: string;
  name: string;
  owner: User;
  bot: User;
  /** PEM; null for GitHub's own `github-actions`, for which no JWT can be made. */
  publicKey: string | null;
  webhook: { url: string | null; secret: string };
  permissions: Permissions;
  events: string[];
  /** Anybody may install it; otherwise its owner alone. */
  public: boolean;
  createdAt: string;
}

/** An App on an account, with the repositories that the account chose for it. */
export interface Installation {
  id: number;
  app: App;
  account: User;
  repositories: Set<Repository>;
  permissions: Permissions;
  createdAt: string;
  updatedAt: string;
  suspended: { by: User; at: string } | null;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Reaction {
  id: number;
  user: User;
  content: string;
  createdAt: string;
}

export interface IssueEvent {
  id: number;
  issue: Issue;
  /** `labeled`, `closed`, `merged`, `renamed`, ... */
  event: string;
  actor: User;
  createdAt: string;
  label?: Label;
  assignee?: User;
  rename?: { from: string; to: string };
  commitId?: string;
}

export interface Variable {
  name: string;
  value: string;
  createdAt: string;
  updatedAt: string;
}

export interface Comment {
  id: number;
  issue: Issue;
  user: User;
  body: string;
  app: App | null;
  reactions: Reaction[];
  createdAt: string;
  updatedAt: string;
}

export interface Issue {
  id: number;
  repository: Repository;
  number: number;
  title: string;
  body: string | null;
  user: User;
  state: 'open' | 'closed';
  /** Only people with write access may comment. */
  locked: boolean;
  labels: Label[];
  assignees: User[];
  reactions: Reaction[];
  comments: Comment[];
  events: IssueEvent[];
  createdAt: string;
  updatedAt: string;
  /** When the body was last changed. */
  editedAt: string | null;
  closedAt: string | null;
  closedBy: User | null;
  pull: Pull | null;
}

interface Pull {
  id: number;
  draft: boolean;
  baseRef: string;
  /** Tip of the base branch when the head was last seen. */
  baseSha: string;
  headRef: string;
  headSha: string;
  /** `owner:branch`, kept when the fork is deleted. */
  headLabel: string;
  headOwner: User;
  /** Null once the fork is deleted. */
  headRepository: Repository | null;
  maintainerCanModify: boolean;
  mergedAt: string | null;
  mergedBy: User | null;
  mergeCommitSha: string | null;
}

export type PullRequest = Issue & { pull: Pull };

export interface Repository {
  id: number;
  owner: User;
  name: string;
  description: string | null;
  defaultBranch: string;
  /** Read-only, for everybody. */
  archived: boolean;
  /** Seen by its owner, its collaborators and Apps that are installed on it. */
  private: boolean;
  actions: ActionsSettings;
  parent: Repository | null;
  /** The repository the network began with; its id names the network. */
  root: Repository;
  git: GitRepository;
  collaborators: Map<string, Level>;
  labels: Map<string, Label>;
  /** By upper-case name. */
  variables: Map<string, Variable>;
  issues: Map<number, Issue>;
  /** Numeric ids of the workflow files seen so far, by path. */
  workflows: Map<string, number>;
  /** The newest last. */
  activity: { id: number; event: RepositoryEvent; createdAt: string }[];
  createdAt: string;
  pushedAt: string;
}

interface ActionsSettings {
  enabled: boolean;
  allowed: 'all' | 'local_only' | 'selected';
  /** Whose pull requests from forks wait for an approval before their workflows run. */
  approval: 'first_time_contributors_new_to_github' | 'first_time_contributors' | 'all_external_contributors';
}

export const CONCLUSIONS = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
  'startup_failure',
] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

export interface CheckRun {
  id: number;
  suiteId: number;
  repository: Repository;
  app: App;
  headSha: string;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  externalId: string;
  detailsUrl: string | null;
  startedAt: string;
  completedAt: string | null;
  actions: { label: string; description: string; identifier: string }[];
  output: { title: string | null; summary: string | null; text: string | null };
}

export interface WorkflowRun {
  id: number;
  number: number;
  attempt: number;
  repository: Repository;
  workflowId: number;
  path: string;
  name: string;
  title: string;
  event: string;
  ref: string;
  branch: string;
  sha: string;
  actor: User;
  /** Who started its newest attempt. */
  triggeredBy: User;
  inputs: { [name: string]: string | boolean | number };
  /** The workflow's YAML text at `sha`. */
  workflow: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  /** Of the newest attempt; those of earlier ones are in `formerJobs`. */
  jobs: Job[];
  formerJobs: Job[];
  artifacts: Artifact[];
  createdAt: string;
  startedAt: string;
  updatedAt: string;
}

export interface Step {
  number: number;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  /** Where in the job's log its own part begins; null when it did not run, or when the machine did not say. */
  logFrom: number | null;
}

export interface Job {
  id: number;
  run: WorkflowRun;
  attempt: number;
  /** Its key in the workflow file, and what people see. */
  key: string;
  name: string;
  labels: string[];
  needs: string[];
  permissions: Permissions;
  status: 'waiting' | 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  /** When somebody asked for it to be cancelled. */
  cancelRequestedAt: string | null;
  machine: Machine | null;
  steps: Step[];
  log: string;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
}

export interface Artifact {
  id: number;
  run: WorkflowRun;
  attempt: number;
  name: string;
  /** Where its bytes lie. */
  file: string;
  size: number;
  /** `sha256:...` of the bytes. */
  digest: string;
  createdAt: string;
  expiresAt: string;
}

export interface Machine {
  id: number;
  name: string;
  owner: string;
  labels: string[];
  repository: Repository;
  job: Job | null;
  createdAt: string;
  seenAt: string | null;
  /** A process is connected, or was and has not said goodbye. */
  inSession: boolean;
  /** Registered for one job by a just-in-time configuration: gone after it. What its process signs in with. */
  once: { clientId: string; publicKey: KeyObject } | null;
}

/** Who asks. */
export type Actor = { kind: 'anonymous' } | Person | { kind: 'app'; app: App } | Integration;
/** A user by a token. `scopes` are those of a classic token; undefined: all that there are. */
interface Person {
  kind: 'user';
  user: User;
  scopes?: readonly string[];
}
/** An App acting on repositories: by an installation's token, or, with `job`, by the token of a workflow's job. */
export interface Integration {
  kind: 'integration';
  app: App;
  /** Those the token was made for; what the installation has lost meanwhile counts no more. */
  repositories: ReadonlySet<Repository>;
  permissions: Permissions;
  installation: Installation | null;
  job: Job | null;
}
export type Writer = Exclude<Actor, { kind: 'anonymous' } | { kind: 'app' }>;

type RepositoryChange = 'renamed' | 'privatized' | 'publicized' | 'archived' | 'unarchived' | 'deleted';

export type WorldEvent = RepositoryEvent | InstallationEvent;

export type InstallationEvent = { sender: User; installation: Installation } & (
  | { event: 'installation'; action: 'created' | 'deleted' | 'suspend' | 'unsuspend' }
  | { event: 'installation_repositories'; action: 'added' | 'removed'; changed: Repository[] }
);

export type RepositoryEvent = { repository: Repository; sender: User } & (
  | {
      event: 'pull_request';
      action: string;
      issue: PullRequest;
      label?: Label;
      assignee?: User;
      before?: string;
      changes?: object;
    }
  | { event: 'issues'; action: string; issue: Issue; label?: Label; assignee?: User; changes?: object }
  | { event: 'issue_comment'; action: string; comment: Comment; changes?: object }
  | { event: 'push'; ref: string; before: string; after: string; forced: boolean }
  | { event: 'check_run'; action: string; checkRun: CheckRun; requested?: { identifier: string } }
  | { event: 'check_suite'; action: string; checks: CheckRun[] }
  | { event: 'workflow_run'; action: string; run: WorkflowRun }
  | { event: 'workflow_job'; action: string; job: Job }
  | { event: 'repository'; action: RepositoryChange; changes?: object }
  | { event: 'fork'; fork: Repository }
);
