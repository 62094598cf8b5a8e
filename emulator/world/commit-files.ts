import type { Signature } from '../git/objects.ts';
import { editTree, isTreePath, type TreeChange } from '../git/tree-edit.ts';
import { noreply } from './accounts.ts';
import type { Actor, Repository, User } from './model.ts';
import { accountOf, need } from './permissions.ts';
import { moveRef } from './refs.ts';
import { invalid } from './refused.ts';
import type { World } from './world.ts';

/** Files written straight to a branch: one commit, one parent, on the tip or on nothing. Null content removes. */
export async function commitFiles(
  world: World,
  actor: Actor,
  repository: Repository,
  branch: string,
  files: Map<string, Uint8Array | null>,
  message: string,
  options: { expected?: string; author?: Signature; committer?: Signature } = {},
): Promise<string> {
  const writer = need(actor, repository, 'contents', 'write');
  const { git } = repository;
  const tip = (await git.refs()).get(`refs/heads/${branch}`);
  if (!tip) throw invalid(`Branch ${branch} not found`);
  const base = options.expected ?? tip;
  const parent = await git.store.commit(base);
  if (!parent) throw invalid(`No commit found for SHA: ${base}`);
  const changes = new Map<string, TreeChange>();
  for (const [path, content] of files) {
    if (!isTreePath(path)) throw invalid(`path contains a malformed path component: ${path.slice(0, 200)}`);
    const old = await git.store.entryAt(parent.tree, path);
    if (content === null && !old)
      throw invalid(`A path was requested for deletion which does not exist: ${path}`);
    const mode = old?.type === 'blob' ? old.mode : '100644';
    changes.set(path, content && { mode, type: 'blob', sha: await git.store.write('blob', content) });
  }
  const tree = await editTree(git.store, parent.tree, changes);
  const author = options.author ?? signatureOf(world, accountOf(writer));
  const committer = options.committer ?? options.author ?? author;
  const sha = await git.store.writeCommit({ tree, parents: [base], author, committer, message });
  await moveRef(world, actor, repository, `refs/heads/${branch}`, sha, false, base);
  return sha;
}

export function signatureOf(world: World, user: User): Signature {
  return { name: user.login, email: noreply(user), date: world.time() };
}

/** The committer of what is committed on github.com. */
export function webFlow(world: World): Signature {
  return { name: 'GitHub', email: 'noreply@github.com', date: world.time() };
}
