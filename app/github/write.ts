import { labelOf } from '../../core/formats/labels.ts';
import type { Answer, CommitMessage, FileWrite } from '../model/effect.ts';
import type { RepositoryState } from '../model/snapshot.ts';
import { answerDocument, TO_PEOPLE } from './answer.graphql.ts';
import type { Client } from './client.ts';
import { tolerate } from './errors.ts';
import { type Port, PortError } from './port.ts';

type Writing = Pick<
  Port,
  | 'answer'
  | 'commit'
  | 'commitMerge'
  | 'showFrontier'
  | 'keep'
  | 'alarm'
  | 'reopen'
  | 'keepIssue'
  | 'ensureLabels'
>;

const UPDATES = 3;

interface Issue {
  number: number;
  title: string;
  body: string | null;
  state: string;
  user: { type: string } | null;
  pull_request?: unknown;
}

type TextOrName = { content: string } | { sha: string };

/** GitHub may answer other line ends than it got. */
function linesOf(text: string | null): string {
  return (text ?? '').replaceAll('\r\n', '\n').trim();
}

/** Writing: answers, commits on main, issues of the bot's own. */
export function writingOf({ graphql, mutate, rest, where }: Client): Writing {
  async function commit(
    branch: string,
    base: string,
    message: CommitMessage,
    files: FileWrite[],
    gone: string[] = [],
  ): Promise<string> {
    const answer = await graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(
      `commit to ${branch}`,
      'mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      {
        input: {
          branch: { repositoryNameWithOwner: `${where.owner}/${where.name}`, branchName: branch },
          expectedHeadOid: base,
          message,
          fileChanges: {
            additions: files.map((file) => ({
              path: file.path,
              contents: Buffer.from(file.content).toString('base64'),
            })),
            deletions: gone.map((path) => ({ path })),
          },
        },
      },
    );
    return answer.createCommitOnBranch.commit.oid;
  }

  /** @param files each with its text, or by git's name of it */
  async function writeTree(base: string, files: ({ path: string } & TextOrName)[]): Promise<string> {
    if (files.length === 0) return base;
    const tree = files.map((file) => ({ mode: '100644', type: 'blob', ...file }));
    // Without the base everything else would be deleted.
    return (await rest<{ sha: string }>('write the tree', 'POST /git/trees', { base_tree: base, tree })).sha;
  }

  async function writeCommit(
    what: string,
    { headline, body }: CommitMessage,
    tree: string,
    parents: string[],
  ): Promise<string> {
    const commit = { message: `${headline}\n\n${body}`, tree, parents };
    return (await rest<{ sha: string }>(`write ${what}`, 'POST /git/commits', commit)).sha;
  }

  const commitMerge: Port['commitMerge'] = async (merge) => {
    const { measured, message, head, base } = merge;
    const tree = await writeTree(merge.tree, [
      ...(measured ? [{ path: measured.path, sha: measured.blob }] : []),
      ...merge.files.map(({ path, content }) => ({ path, content })),
    ]);
    const parents = head === null ? [base] : [base, head];
    const made = await writeCommit('the merge commit', message, tree, parents);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await rest(`move ${merge.branch}`, `PATCH /git/refs/heads/${merge.branch}`, {
          sha: made,
          force: false,
        });
        return made;
      } catch (error) {
        // 422 means "not a fast-forward", but is also seen when it is one: what main says now decides.
        if (!(error instanceof PortError) || error.status !== 422) throw error;
        const ref = await rest<{ object: { sha: string } }>(
          `read ${merge.branch}`,
          `GET /git/ref/heads/${merge.branch}`,
        );
        if (ref.object.sha === made) return made;
        if (ref.object.sha !== merge.base)
          throw new PortError('moved', 422, `${merge.branch} moved while merging`);
        if (attempt >= UPDATES) throw error;
      }
    }
  };

  async function keep(content: string): Promise<string> {
    return (await rest<{ sha: string }>('keep a file', 'POST /git/blobs', { content, encoding: 'utf-8' }))
      .sha;
  }

  /** A commit of the frontier's branch. Where GitHub has lost the pull request's head, pushed over long since, it stands alone. */
  async function link(
    message: CommitMessage,
    tree: string,
    below: string,
    head: string | null,
  ): Promise<string> {
    const write = (parents: string[]) => writeCommit('a link', message, tree, parents);
    const made = head === null ? null : await tolerate(422, () => write([below, head]));
    return made ?? write([below]);
  }

  /** Points a branch at a commit, whatever it was. Main's leaderboard is what counts: there is no compare-and-swap. */
  async function point(branch: string, sha: string): Promise<void> {
    const move = () => rest(`move ${branch}`, `PATCH /git/refs/heads/${branch}`, { sha, force: true });
    if ((await tolerate(422, move)) !== null) return;
    // 422 where there is no such branch, and where a rule of the repository forbids it: whether it can be made tells which.
    const made = await tolerate(422, () =>
      rest(`make ${branch}`, 'POST /git/refs', { ref: `refs/heads/${branch}`, sha }),
    );
    if (made === null) await move(); // made meanwhile; or refused, and this says why
  }

  const showFrontier: Port['showFrontier'] = async ({ branch, from, path, links }) => {
    let tip = from;
    let base: string | null = null;
    for (const { blob, head, message } of links) {
      base ??= (await rest<{ tree: { sha: string } }>('read a link', `GET /git/commits/${tip}`)).tree.sha;
      base = await writeTree(base, [{ path, sha: blob }]);
      tip = await link(message, base, tip, head);
    }
    await point(branch, tip);
    return tip;
  };

  /** The newest first. Of a label that only maintainers set there are few. */
  async function issuesWith(label: string, state: 'open' | 'all'): Promise<Issue[]> {
    const asked = { state, labels: label, per_page: 100 };
    const issues = await rest<Issue[]>('list issues', 'GET /issues', asked);
    return issues.filter((issue) => !issue.pull_request);
  }

  async function ensureLabels(
    repository: RepositoryState,
    names: string[],
  ): Promise<RepositoryState['labels']> {
    const known = new Set(repository.labels.map((label) => label.name));
    const missing = names.filter((label) => !known.has(label));
    if (missing.length === 0) return repository.labels;
    const made: RepositoryState['labels'] = [];
    for (const label of missing) {
      const created = await tolerate(422, () =>
        rest<{ node_id: string }>(`create label ${label}`, 'POST /labels', labelOf(label)),
      );
      // 422: it was made meanwhile, or there are more labels than the snapshot reads.
      const node =
        created ?? (await rest<{ node_id: string }>(`read label ${label}`, 'GET /labels/{label}', { label }));
      made.push({ id: node.node_id, name: label });
    }
    return [...repository.labels, ...made];
  }

  return {
    commit,
    commitMerge,
    showFrontier,
    keep,
    ensureLabels,
    async answer(repository: RepositoryState, answer: Answer) {
      const labels =
        answer.addLabels.length > 0 ? await ensureLabels(repository, answer.addLabels) : repository.labels;
      const document = answerDocument(
        repository.id,
        answer,
        new Map(labels.map((label) => [label.name, label.id])),
      );
      if (document === null) return { checks: [], refused: [] };
      const said = await mutate<Record<string, { checkRun: { id: string } } | null>>(
        'answer',
        document.query,
        document.variables,
        TO_PEOPLE,
      );
      const refused = TO_PEOPLE.filter((part) => part in document.variables && !said[part]);
      return { checks: document.checks.map((alias) => said[alias]!.checkRun.id), refused };
    },
    async reopen(subject) {
      try {
        await graphql(
          'reopen a pull request',
          'mutation Reopen($input: ReopenPullRequestInput!) { reopenPullRequest(input: $input) { clientMutationId } }',
          { input: { pullRequestId: subject } },
        );
      } catch (error) {
        if (!(error instanceof PortError) || error.kind !== 'refused') throw error;
      }
    },
    async alarm(title, body, label) {
      const issues = await issuesWith(label, 'open');
      if (issues.some((issue) => issue.title === title)) return;
      await rest('open an issue', 'POST /issues', { title, body, labels: [label] });
    },
    async keepIssue({ title, body, label }) {
      const issues = await issuesWith(label, 'all');
      const own = issues.filter((issue) => issue.title === title && issue.user?.type === 'Bot').at(-1);
      if (!own) await rest('open an issue', 'POST /issues', { title, body, labels: [label] });
      else if (own.state !== 'open' || linesOf(own.body) !== linesOf(body))
        await rest(`restore issue #${own.number}`, 'PATCH /issues/{issue_number}', {
          issue_number: own.number,
          state: 'open',
          body,
        });
    },
  };
}
