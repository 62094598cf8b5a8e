import { type CheckInput, createCheck, updateCheck } from '../world/checks.ts';
import { commitFiles, signatureOf, webFlow } from '../world/commit-files.ts';
import {
  addComment,
  addLabels,
  createLabel,
  deleteComment,
  editComment,
  editIssue,
  openIssue,
  removeLabel,
} from '../world/issues/issues.ts';
import { mergePull } from '../world/issues/merge.ts';
import { editPull, openPull, setDraft } from '../world/issues/pulls.ts';
import { CONCLUSIONS, type Conclusion } from '../world/model.ts';
import { accountOf, need, signedIn } from '../world/permissions.ts';
import { moveRef } from '../world/refs.ts';
import { RefusedError } from '../world/refused.ts';
import { find, findPull } from './lookup.ts';
import type { Args, View } from './view.ts';

/** Mutations, each with its `input`; performed one after the other in the order of the document. */

type Input = { [key: string]: unknown };
type Mutation = (input: Input) => Promise<Input>;

export function mutations(view: View): { [name: string]: (args: Args) => Promise<Input> } {
  const { world, actor } = view;
  const repositoryOf = (id: unknown) => find(world, 'repository', id).repository;
  const labelsOf = (ids: unknown) => (ids as string[]).map((id) => find(world, 'label', id).label);

  const all: { [name: string]: Mutation } = {
    async createCheckRun(input) {
      const repository = repositoryOf(input.repositoryId);
      const name = String(input.name);
      const check = await createCheck(world, actor, repository, String(input.headSha), {
        ...checkInput(input),
        name,
      });
      return { checkRun: view.check(check) };
    },
    async updateCheckRun(input) {
      const { check } = find(world, 'check', input.checkRunId);
      if (check.repository !== repositoryOf(input.repositoryId))
        throw new RefusedError(404, 'Could not resolve to a CheckRun');
      await updateCheck(world, actor, check, checkInput(input));
      return { checkRun: view.check(check) };
    },
    async addComment(input) {
      const { issue } = find(world, 'issue', input.subjectId);
      const comment = await addComment(world, actor, issue, String(input.body));
      const edge = { __typename: 'IssueCommentEdge', cursor: '', node: view.comment(comment) };
      return {
        commentEdge: edge,
        timelineEdge: { ...edge, __typename: 'IssueTimelineItemEdge' },
        subject: view.issue(issue),
      };
    },
    async updateIssueComment(input) {
      const { comment } = find(world, 'comment', input.id);
      await editComment(world, actor, comment, String(input.body));
      return { issueComment: view.comment(comment) };
    },
    async deleteIssueComment(input) {
      await deleteComment(world, actor, find(world, 'comment', input.id).comment);
      return {};
    },
    async createIssue(input) {
      const body = (input.body ?? null) as string | null;
      const repository = repositoryOf(input.repositoryId);
      const labels = () => labelsOf(input.labelIds ?? []);
      const issue = await openIssue(world, actor, repository, String(input.title), body, labels);
      return { issue: view.issue(issue) };
    },
    async updateIssue(input) {
      const { title, body, state, labelIds, assigneeIds } = input as {
        title?: string;
        body?: string;
        state?: 'OPEN' | 'CLOSED';
        labelIds?: string[];
        assigneeIds?: string[];
      };
      const { issue } = find(world, 'issue', input.id);
      await editIssue(world, actor, issue, {
        title,
        body,
        state: state === undefined ? undefined : state === 'OPEN' ? 'open' : 'closed',
        ...listed(labelIds, assigneeIds),
      });
      return { issue: view.issue(issue) };
    },
    closeIssue: (input) => stated(input.issueId, 'closed'),
    reopenIssue: (input) => stated(input.issueId, 'open'),
    async mergePullRequest(input) {
      const issue = findPull(world, input.pullRequestId);
      if ((input.mergeMethod ?? 'MERGE') !== 'MERGE')
        throw new RefusedError(422, `The emulator only plays mergeMethod MERGE, not ${input.mergeMethod}`);
      await mergePull(world, actor, issue, (input.expectedHeadOid ?? undefined) as string | undefined);
      return { actor: view.account(accountOf(signedIn(actor))), pullRequest: view.issue(issue) };
    },
    async createLabel(input) {
      const repository = repositoryOf(input.repositoryId);
      const description = (input.description ?? null) as string | null;
      const wanted = { name: String(input.name), color: String(input.color), description };
      return { label: view.label(repository, createLabel(world, actor, repository, wanted)) };
    },
    async addLabelsToLabelable(input) {
      const { issue } = find(world, 'issue', input.labelableId);
      await addLabels(world, actor, issue, labelsOf(input.labelIds));
      return { labelable: view.issue(issue) };
    },
    async removeLabelsFromLabelable(input) {
      const { issue } = find(world, 'issue', input.labelableId);
      for (const label of labelsOf(input.labelIds)) await removeLabel(world, actor, issue, label);
      return { labelable: view.issue(issue) };
    },
    async createPullRequest(input) {
      const issue = await openPull(world, actor, repositoryOf(input.repositoryId), {
        title: String(input.title),
        body: (input.body ?? null) as string | null,
        head: String(input.headRefName),
        base: String(input.baseRefName),
        draft: input.draft === true,
        maintainerCanModify: input.maintainerCanModify !== false,
      });
      return { pullRequest: view.issue(issue) };
    },
    async updatePullRequest(input) {
      const { title, body, baseRefName, labelIds, assigneeIds } = input as {
        title?: string;
        body?: string;
        baseRefName?: string;
        labelIds?: string[];
        assigneeIds?: string[];
      };
      const issue = findPull(world, input.pullRequestId);
      await editPull(world, actor, issue, { title, body, base: baseRefName });
      await editIssue(world, actor, issue, listed(labelIds, assigneeIds));
      return { pullRequest: view.issue(issue) };
    },
    closePullRequest: (input) => edited(input.pullRequestId, { state: 'closed' }),
    reopenPullRequest: (input) => edited(input.pullRequestId, { state: 'open' }),
    convertPullRequestToDraft: (input) => drafted(input.pullRequestId, true),
    markPullRequestReadyForReview: (input) => drafted(input.pullRequestId, false),
    async updateRef(input) {
      const { repository, name } = find(world, 'ref', input.refId);
      await moveRef(world, actor, repository, name, String(input.oid), input.force === true);
      return { ref: view.ref(repository, name, String(input.oid)) };
    },
    createCommitOnBranch,
  };

  /** Labels and assignees by name, as REST has them; null changes nothing. */
  function listed(labelIds: string[] | null | undefined, assigneeIds: string[] | null | undefined) {
    const logins = assigneeIds?.map((id) => find(world, 'user', id).user.login);
    return { labels: labelIds ? labelsOf(labelIds).map(({ name }) => name) : undefined, assignees: logins };
  }
  async function stated(id: unknown, state: 'open' | 'closed'): Promise<Input> {
    const { issue } = find(world, 'issue', id);
    await editIssue(world, actor, issue, { state });
    return { issue: view.issue(issue) };
  }
  async function edited(id: unknown, edit: Parameters<typeof editPull>[3]): Promise<Input> {
    const issue = findPull(world, id);
    await editPull(world, actor, issue, edit);
    return { pullRequest: view.issue(issue) };
  }
  async function drafted(id: unknown, draft: boolean): Promise<Input> {
    const issue = findPull(world, id);
    await setDraft(world, actor, issue, draft);
    return { pullRequest: view.issue(issue) };
  }
  async function createCommitOnBranch(input: Input): Promise<Input> {
    const { branch, fileChanges, message, expectedHeadOid } = input as {
      branch: { id?: string; repositoryNameWithOwner?: string; branchName?: string };
      fileChanges?: { additions?: { path: string; contents: string }[]; deletions?: { path: string }[] };
      message: { headline: string; body?: string | null };
      expectedHeadOid: string;
    };
    const [owner = '', name = ''] = (branch.repositoryNameWithOwner ?? '').split('/');
    const where = branch.id
      ? find(world, 'ref', branch.id)
      : {
          repository: world.repository(owner, name),
          name: `refs/heads/${(branch.branchName ?? '').replace(/^refs\/heads\//, '')}`,
        };
    const files = new Map<string, Uint8Array | null>();
    for (const { path } of fileChanges?.deletions ?? []) files.set(path, null);
    for (const { path, contents } of fileChanges?.additions ?? [])
      files.set(path, Buffer.from(contents, 'base64'));
    const writer = need(actor, where.repository, 'contents', 'write');
    const text = message.body ? `${message.headline}\n\n${message.body}` : message.headline;
    const short = where.name.replace(/^refs\/heads\//, '');
    const sha = await commitFiles(world, actor, where.repository, short, files, text, {
      expected: expectedHeadOid,
      author: signatureOf(world, accountOf(writer)),
      committer: webFlow(world),
    });
    return {
      commit: await view.commit(where.repository, sha),
      ref: view.ref(where.repository, where.name, sha),
    };
  }

  return Object.fromEntries(
    Object.entries(all).map(([name, mutate]) => [
      name,
      async (args: Args) => {
        const input = args.input as Input;
        return { clientMutationId: input.clientMutationId ?? null, ...(await mutate(input)) };
      },
    ]),
  );
}

function checkInput(input: Input): CheckInput {
  const text = (key: string) => (input[key] ?? undefined) as string | undefined;
  const status = text('status')?.toLowerCase();
  const conclusion = text('conclusion')?.toLowerCase();
  if (status !== undefined && status !== 'queued' && status !== 'in_progress' && status !== 'completed')
    throw new RefusedError(422, `The emulator does not play the check status ${status}`);
  return {
    name: text('name'),
    status,
    conclusion: CONCLUSIONS.find((known) => known === conclusion) as Conclusion | undefined,
    externalId: text('externalId'),
    detailsUrl: text('detailsUrl'),
    startedAt: text('startedAt'),
    completedAt: text('completedAt'),
    output: (input.output ?? undefined) as CheckInput['output'],
  };
}
