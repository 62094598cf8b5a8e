import { isFrontierBranch } from '../../core/formats/frontier.ts';
import { currentBranch } from '../clone/branch.ts';
import type { GitHub } from './client.ts';
import type { GitHubRemote } from './home.ts';

/** The state of the work in a clone: its branch, and the pull request made from it. */
export interface Standing {
  /** The branch to continue. Null when a new one starts: on main or the frontier, on no branch, or after the last pull request was closed. */
  branch: string | null;
  /** The open pull request of the branch. */
  open: { number: number; title: string; body: string; url: string; draft: boolean; nodeId: string } | null;
}

export async function standingOf(github: GitHub, fork: GitHubRemote): Promise<Standing> {
  const branch = await currentBranch(github.clone);
  // Branches of the repository itself are no experiment's.
  if (branch === null || branch === 'main' || isFrontierBranch(branch)) return { branch: null, open: null };
  const about = { ...github.home, head: `${fork.owner}:${branch}`, state: 'all' as const, per_page: 100 };
  const { data } = await github.rest.pulls.list(about);
  const made = data.filter(
    (one) =>
      one.head.ref === branch && one.head.label.toLowerCase() === `${fork.owner}:${branch}`.toLowerCase(),
  );
  const open = made.find((one) => one.state === 'open');
  if (open !== undefined) {
    const { number, title, body, html_url: url, draft, node_id: nodeId } = open;
    return { branch, open: { number, title, body: body ?? '', url, draft: draft ?? false, nodeId } };
  }
  return { branch: made.length > 0 ? null : branch, open: null };
}
