import { TextDecoder } from 'node:util';
import type { Signature, TreeEntry } from '../git/objects.ts';
import { accountByEmail } from '../shapes/commit.ts';
import { nodeId } from '../shapes/node-id.ts';
import { htmlUrl } from '../shapes/repository.ts';
import { checksOf, latestOf } from '../world/checks.ts';
import type { CheckRun, Repository } from '../world/model.ts';
import { RefusedError } from '../world/refused.ts';
import { isPull } from '../world/world.ts';
import { connection } from './connection.ts';
import { checkRollup } from './rollup.ts';
import type { Args, Source, View } from './view.ts';

/** Git's objects: commits with their check suites, trees, blobs. */

/** GraphQL gives at most so much of a blob's text. */
const TEXT_LIMIT = 512_000;
const HISTORY = 10_000;

export async function objectNode(view: View, repository: Repository, sha: string): Promise<Source | null> {
  const object = await repository.git.store.read(sha);
  if (!object) return null;
  if (object.type === 'commit') return view.commit(repository, sha);
  if (object.type === 'tree') return treeNode(view, repository, sha, '');
  if (object.type === 'blob') return blobNode(repository, sha, object.data);
  throw new Error('the emulator does not play annotated tags in GraphQL');
}

export async function commitNode(view: View, repository: Repository, sha: string): Promise<Source> {
  const { world } = view;
  const { git } = repository;
  const commit = await git.store.commit(sha);
  if (!commit) throw new RefusedError(404, `Could not resolve to a Commit with the oid of ${sha}.`);
  const [headline = '', ...rest] = commit.message.split('\n');
  const parent = commit.parents[0];
  const changes = async () => (parent ? git.changes(parent, sha) : []);
  return {
    __typename: 'Commit',
    id: nodeId('C', repository.id, sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    url: htmlUrl(world, repository, `/commit/${sha}`),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    committedDate: commit.committer.date,
    authoredDate: commit.author.date,
    author: () => gitActor(view, commit.author),
    committer: () => gitActor(view, commit.committer),
    repository: () => view.repository(repository),
    tree: () => treeNode(view, repository, commit.tree, ''),
    additions: async () => (await changes()).reduce((sum, file) => sum + file.additions, 0),
    deletions: async () => (await changes()).reduce((sum, file) => sum + file.deletions, 0),
    changedFilesIfAvailable: async () => (await changes()).length,
    parents: (args: Args) =>
      connection('parents', commit.parents, args, (one) => view.commit(repository, one)),
    file: async ({ path }: Args) => {
      const entry = await git.store.entryAt(commit.tree, String(path));
      return entry && view.entry(repository, entry, String(path));
    },
    history: async (args: Args) => {
      const path = (args.path ?? undefined) as string | undefined;
      return connection('history', await git.history(sha, path, HISTORY), args, (one) =>
        view.commit(repository, one),
      );
    },
    checkSuites: (args: Args) => checkSuites(view, repository, sha, args),
    statusCheckRollup: () => checkRollup(view, repository, sha),
    authors: (args: Args) => connection('authors', [commit.author], args, (who) => gitActor(view, who)),
    associatedPullRequests: (args: Args) => {
      const found = [...repository.issues.values()].filter(isPull).filter((i) => i.pull.headSha === sha);
      return connection('associatedPullRequests', found, args, (issue) => view.issue(issue));
    },
  };
}

function checkSuites(view: View, repository: Repository, sha: string, args: Args): Source {
  const filter = (args.filterBy ?? {}) as { appId?: number | null; checkName?: string | null };
  const suites = new Map<number, CheckRun[]>();
  for (const check of checksOf(view.world, repository, sha)) {
    if (filter.appId && check.app.id !== filter.appId) continue;
    suites.set(check.suiteId, [...(suites.get(check.suiteId) ?? []), check]);
  }
  const wanted = [...suites].filter(
    ([, checks]) => !filter.checkName || checks.some((c) => c.name === filter.checkName),
  );
  return connection('checkSuites', wanted, args, ([id, checks]) => suiteNode(view, repository, id, checks));
}

function suiteNode(view: View, repository: Repository, id: number, checks: CheckRun[]): Source {
  const open = checks.find((c) => c.status !== 'completed');
  return {
    __typename: 'CheckSuite',
    id: nodeId('CS', id),
    databaseId: id,
    app: () => view.app(checks[0]!.app),
    // A job's check runs are not played, so no suite belongs to a workflow's run.
    workflowRun: null,
    commit: () => view.commit(repository, checks[0]!.headSha),
    repository: () => view.repository(repository),
    status: (open?.status ?? 'completed').toUpperCase(),
    conclusion: open
      ? null
      : (checks.find((c) => c.conclusion === 'failure') ?? checks.at(-1)!).conclusion!.toUpperCase(),
    checkRuns: (args: Args) => {
      const by = (args.filterBy ?? {}) as { [key: string]: unknown };
      const found = (by.checkType === 'LATEST' ? latestOf(checks) : checks)
        .filter((c) => !by.checkName || c.name === by.checkName)
        .filter((c) => !by.appId || c.app.id === by.appId)
        .filter((c) => !by.status || c.status.toUpperCase() === by.status)
        .filter((c) => !Array.isArray(by.statuses) || by.statuses.includes(c.status.toUpperCase()))
        .filter(
          (c) => !Array.isArray(by.conclusions) || by.conclusions.includes(c.conclusion?.toUpperCase()),
        );
      return connection('checkRuns', found, args, (check) => view.check(check));
    },
  };
}

export function checkNode(view: View, check: CheckRun): Source {
  const { world } = view;
  const page = htmlUrl(world, check.repository, `/runs/${check.id}`);
  return {
    __typename: 'CheckRun',
    id: nodeId('CR', check.id),
    databaseId: check.id,
    name: check.name,
    status: check.status.toUpperCase(),
    conclusion: check.conclusion?.toUpperCase() ?? null,
    externalId: check.externalId,
    detailsUrl: check.detailsUrl ?? page,
    url: page,
    permalink: page,
    startedAt: check.startedAt,
    completedAt: check.completedAt,
    isRequired: false,
    title: check.output.title,
    summary: check.output.summary,
    text: check.output.text,
    repository: () => view.repository(check.repository),
    checkSuite: () => {
      const suite = checksOf(world, check.repository, check.headSha).filter(
        (c) => c.suiteId === check.suiteId,
      );
      return suiteNode(view, check.repository, check.suiteId, suite);
    },
  };
}

export function entryNode(view: View, repository: Repository, entry: TreeEntry, path: string): Source {
  const { store } = repository.git;
  return {
    __typename: 'TreeEntry',
    name: entry.name,
    path,
    mode: Number.parseInt(entry.mode, 8),
    oid: entry.sha,
    type: entry.type,
    extension: /\.[^.]+$/.exec(entry.name)?.[0] ?? '',
    size: async () => (await store.blob(entry.sha))?.length ?? 0,
    object: () =>
      entry.type === 'tree'
        ? treeNode(view, repository, entry.sha, path)
        : view.object(repository, entry.sha),
    repository: () => view.repository(repository),
  };
}

function treeNode(view: View, repository: Repository, sha: string, prefix: string): Source {
  return {
    __typename: 'Tree',
    id: nodeId('T', repository.id, sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    repository: () => view.repository(repository),
    entries: async () =>
      ((await repository.git.store.tree(sha)) ?? []).map((entry) =>
        view.entry(repository, entry, prefix === '' ? entry.name : `${prefix}/${entry.name}`),
      ),
  };
}

function blobNode(repository: Repository, sha: string, data: Buffer): Source {
  const binary = data.subarray(0, 8000).includes(0);
  const long = data.length > TEXT_LIMIT;
  return {
    __typename: 'Blob',
    id: nodeId('B', repository.id, sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    byteSize: data.length,
    isBinary: binary,
    isTruncated: long && !binary,
    text: binary ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(data.subarray(0, TEXT_LIMIT)),
  };
}

function gitActor(view: View, who: Signature): Source {
  const user = accountByEmail(view.world, who);
  return {
    __typename: 'GitActor',
    ...who,
    user: () => (user?.type === 'User' ? view.account(user) : null),
  };
}
