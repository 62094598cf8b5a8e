import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createGit, type Git, writeGitSettings } from '../git/command.ts';
import { keepHistory } from './history.ts';
import type {
  Actor,
  App,
  Artifact,
  CheckRun,
  Comment,
  Installation,
  Issue,
  Job,
  Machine,
  PullRequest,
  Repository,
  User,
  WorkflowRun,
  WorldEvent,
} from './model.ts';
import { notFound } from './refused.ts';

/** Everything GitHub knows, in memory, with the git repositories in a folder. What happens to it is in the files beside this one. */
export class World {
  readonly folder: string;
  readonly now: () => Date;
  readonly git: Git;
  /** Where the emulator listens, e.g. `http://127.0.0.1:4000`. */
  url = '';
  /** By lower-case login, slug or owner/name. */
  readonly users = new Map<string, User>();
  readonly repositories = new Map<string, Repository>();
  /** Names that repositories had. */
  readonly renamed = new Map<string, Repository>();
  readonly apps = new Map<number, App>();
  readonly installations = new Map<number, Installation>();
  readonly tokens = new Map<string, { actor: Actor; expiresAt: number | null }>();
  readonly machines = new Map<number, Machine>();
  readonly machineTokens = new Map<string, Machine>();
  /** Runners older than this may not connect, e.g. `2.329.0`. */
  minimumRunner = '0';
  readonly comments = new Map<number, Comment>();
  readonly checkRuns = new Map<number, CheckRun>();
  /** Suites that a user asked to run again, until their App writes to them. */
  readonly rerequestedSuites = new Set<number>();
  readonly runs = new Map<number, WorkflowRun>();
  readonly jobs = new Map<number, Job>();
  readonly artifacts = new Map<number, Artifact>();
  readonly #listeners: ((event: WorldEvent) => Promise<void>)[] = [];
  readonly #locks = new Map<string, Promise<unknown>>();
  #lastId = 1000;

  private constructor(folder: string, now: () => Date) {
    this.folder = folder;
    this.now = now;
    this.git = createGit(folder);
  }

  static async create(folder: string, now: () => Date): Promise<World> {
    if (existsSync(join(folder, 'repositories')))
      throw new Error(
        `${folder} holds repositories of an earlier emulator, whose memory is gone: give an empty folder`,
      );
    await writeGitSettings(folder);
    const world = new World(folder, now);
    keepHistory(world);
    return world;
  }

  time(): string {
    return this.now().toISOString().replace(/\.\d+/, '');
  }

  id(): number {
    return ++this.#lastId;
  }

  listen(listener: (event: WorldEvent) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Resolves when every listener has seen the event as the world now is. */
  async emit(event: WorldEvent): Promise<void> {
    for (const listener of this.#listeners) await listener(event);
  }

  /** What changes refs does so one after the other in a fork network. */
  async inTurn<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    const key = String(repository.root.id);
    const before = this.#locks.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#locks.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /** By its name, or by one that it had and no other has taken. */
  repository(owner: string, name: string): Repository {
    const full = `${owner}/${name}`.toLowerCase();
    const found = this.repositories.get(full) ?? this.renamed.get(full);
    if (!found) throw notFound();
    return found;
  }

  user(login: string): User {
    const found = this.users.get(login.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  issue(repository: Repository, number: number): Issue {
    const found = repository.issues.get(number);
    if (!found) throw notFound();
    return found;
  }

  pull(repository: Repository, number: number): PullRequest {
    const found = this.issue(repository, number);
    if (!isPull(found)) throw notFound();
    return found;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  close(): void {
    const stores = new Set([...this.repositories.values()].map((r) => r.git.store));
    for (const store of stores) store.close();
  }
}

export function isPull(issue: Issue): issue is PullRequest {
  return issue.pull !== null;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}
