import type { TreeEntry } from '../git/objects.ts';
import type { Actor, App, CheckRun, Comment, Issue, Label, Repository, User } from '../world/model.ts';
import type { World } from '../world/world.ts';

/** What a resolver answers: fields as values or functions of their arguments. A field that is not there is not played. */
export type Source = { __typename: string } & { [field: string]: unknown };
export type Args = { [name: string]: unknown };

/** The world as one asker sees it, as GraphQL objects. */
export interface View {
  world: World;
  actor: Actor;
  account(user: User): Source;
  app(app: App): Source;
  repository(repository: Repository): Source;
  ref(repository: Repository, name: string, sha: string): Source;
  object(repository: Repository, sha: string): Promise<Source | null>;
  commit(repository: Repository, sha: string): Promise<Source>;
  entry(repository: Repository, entry: TreeEntry, path: string): Source;
  issue(issue: Issue): Source;
  comment(comment: Comment): Source;
  label(repository: Repository, label: Label): Source;
  check(check: CheckRun): Source;
}
