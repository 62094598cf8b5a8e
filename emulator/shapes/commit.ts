import type { Commit, Signature } from '../git/objects.ts';
import type { Repository, User } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { userShape } from './account.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, htmlUrl } from './repository.ts';

/** REST's shapes of commits. */

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** The account behind a commit's address: `1001+nova@users.noreply.github.com`, or without the number. */
export function accountByEmail(world: World, who: Signature): User | null {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/i.exec(who.email)?.[1];
  return (login && world.users.get(login.toLowerCase())) || null;
}

/** The git object, as `git/commits` answers it. */
export function gitCommitShape(world: World, repository: Repository, commit: Commit) {
  return {
    sha: commit.sha,
    node_id: nodeId('C', repository.id, commit.sha),
    url: apiUrl(world, repository, `/git/commits/${commit.sha}`),
    html_url: htmlUrl(world, repository, `/commit/${commit.sha}`),
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: apiUrl(world, repository, `/git/trees/${commit.tree}`) },
    message: commit.message,
    parents: parents(world, repository, commit, '/git/commits'),
    verification: UNSIGNED,
  };
}

/** The commit with its accounts, as `commits` and comparisons answer it. */
export function commitShape(world: World, repository: Repository, commit: Commit) {
  const author = accountByEmail(world, commit.author);
  const committer = accountByEmail(world, commit.committer);
  const { tree, message } = gitCommitShape(world, repository, commit);
  return {
    sha: commit.sha,
    node_id: nodeId('C', repository.id, commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message,
      tree,
      url: apiUrl(world, repository, `/git/commits/${commit.sha}`),
      comment_count: 0,
      verification: UNSIGNED,
    },
    url: apiUrl(world, repository, `/commits/${commit.sha}`),
    html_url: htmlUrl(world, repository, `/commit/${commit.sha}`),
    comments_url: apiUrl(world, repository, `/commits/${commit.sha}/comments`),
    author: author && userShape(world, author),
    committer: committer && userShape(world, committer),
    parents: parents(world, repository, commit, '/commits'),
  };
}

function parents(world: World, repository: Repository, commit: Commit, path: string) {
  return commit.parents.map((sha) => ({
    sha,
    url: apiUrl(world, repository, `${path}/${sha}`),
    html_url: htmlUrl(world, repository, `/commit/${sha}`),
  }));
}
