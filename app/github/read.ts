import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { UNSAID_LABEL } from '../../core/formats/labels.ts';
import type { Permission } from '../model/command.ts';
import { REPLY_TAG } from '../model/command.ts';
import type { BranchCommit } from '../model/snapshot.ts';
import type { Client } from './client.ts';
import { tolerate } from './errors.ts';
import { authorOf, commitOf, filesOf, shownIn, textOf, worldOf } from './from-graphql.ts';
import { type CommitReading, type Port, PortError, type PullReading } from './port.ts';
import {
  BASELINE_QUERY,
  type BaselineAnswer,
  BLOB_QUERY,
  COMMENTS_QUERY,
  type CommentPage,
  FILE_QUERY,
  OPEN_PULLS_QUERY,
  PAGES_QUERY,
  type PagesAnswer,
  type ProposalsAnswer,
  type PullAnswer,
  type PullNode,
  proposalsQuery,
  pullQuery,
  QUEUE_QUERY,
  type QueuePage,
  TALK_QUERY,
  type TextNode,
  TREE_QUERY,
  UNSAID_QUERY,
  type WorldNode,
} from './reading.graphql.ts';
import { latestOf, talkOf } from './talk.ts';

interface WholeCommit {
  commit: { message: string };
  author: { login?: string } | null;
  parents: unknown[];
  files?: { filename: string; previous_filename?: string }[];
}

type Reading = Pick<
  Port,
  | 'readPull'
  | 'readBaseline'
  | 'listTree'
  | 'readFile'
  | 'readBlob'
  | 'openPulls'
  | 'unsaidPulls'
  | 'readProposals'
  | 'isAncestor'
  | 'commitsBetween'
  | 'permissionOf'
  | 'recentTalk'
  | 'readPages'
>;

/** Reading what a decision needs. */
export function readingOf(client: Client): Reading {
  const { graphql, rest, where } = client;
  const suites = where.appId === null ? null : { appId: where.appId };
  const place = `${where.owner}/${where.name}`;

  async function readPull(number: number, heads: string[]): Promise<PullReading | null> {
    const thousand = Math.floor(number / 1000);
    const folder = `results/experiments/${thousand}`;
    const index = `results/contents/${thousand}`;
    const oids = Object.fromEntries(heads.map((oid, i) => [`head${i}`, oid]));
    const found = await tolerate(404, () =>
      graphql<PullAnswer>(`read #${number}`, pullQuery(heads.length), {
        number,
        folder,
        index,
        suites,
        ...oids,
      }),
    );
    const node = found?.repository;
    if (!found || !node?.pull) return null;
    const bot = found.viewer.login;
    const { pull } = node;
    // Where the conversation is locked nothing can be answered, so what is asked there waits.
    const latest = pull.locked ? [] : latestOf(pull.author, pull.latest.nodes);
    const commits: CommitReading[] = [
      ...shownIn(pull.commits.nodes)
        .map((item) => commitOf(item.commit, bot))
        .reverse(),
      ...heads.flatMap((_, i) => (node[`head${i}`]?.oid ? [commitOf(node[`head${i}`]!, bot)] : [])),
    ];
    const head = commits.find(({ oid }) => oid === pull.headRefOid);
    // The list may lack it: GitHub cannot show it there, or the branch has more commits than GitHub lists.
    if (!head && !heads.includes(pull.headRefOid)) return readPull(number, [...heads, pull.headRefOid]);
    if (!head)
      throw new PortError('refused', 422, `could not read #${number}: GitHub does not show its head commit`);
    return {
      ...worldOf(await whole(node), bot, place),
      pull: {
        id: pull.id,
        number: pull.number,
        title: pull.title,
        body: pull.body,
        author: authorOf(pull.author),
        state: pull.state.toLowerCase() as 'open' | 'closed' | 'merged',
        draft: pull.isDraft,
        createdAt: pull.createdAt,
        base: pull.baseRefName,
        head: pull.headRefOid,
        headText: await headText(pull, head),
        changedFiles: pull.changedFiles,
        files: filesOf(pull.files?.nodes),
        labels: shownIn(pull.labels?.nodes).map((label) => label.name),
        commits: [...new Map(commits.map((commit) => [commit.oid, commit])).values()],
        beganFrom: shownIn(shownIn(pull.first.nodes)[0]?.commit.parents.nodes)[0]?.train?.oid ?? null,
        comment: await ownComment(number, pull.comments, COMMENT_TAG),
        authorSince: pull.author?.createdAt ?? null,
      },
      talk: {
        latest,
        reply: await ownComment(
          number,
          pull.comments,
          REPLY_TAG,
          latest.some((one) => one.body[0] === '/'),
        ),
      },
      folders: [node.results?.target?.experiments, node.results?.target?.contents].flatMap((list) =>
        (list?.object?.entries ?? []).filter((entry) => entry.type === 'tree'),
      ),
      here: [node.results?.target?.here, node.results?.target?.contentsHere].flatMap((list) =>
        (list?.object?.entries ?? []).map((entry) => entry.name),
      ),
    };
  }

  async function headText(pull: PullNode, { file }: CommitReading): Promise<string | null> {
    const shown = shownIn(pull.head.nodes)[0]?.commit.oid === pull.headRefOid;
    return shown || file === null ? textOf(pull.head) : await readBlob(file.oid);
  }

  async function readBlob(oid: string): Promise<string | null> {
    const found = await graphql<{ repository: { object: TextNode | null } | null }>(
      `read blob ${oid}`,
      BLOB_QUERY,
      { oid },
    );
    return wholeText(found.repository?.object);
  }

  async function ownComment(
    number: number,
    page: CommentPage,
    tag: string,
    deep = true,
  ): Promise<PullReading['pull']['comment']> {
    for (let at = page; ; ) {
      const own = (at.nodes ?? []).find((node) => node?.viewerDidAuthor && node.body.startsWith(tag));
      if (own) return { id: own.id, body: own.body };
      if (!deep || !at.pageInfo.hasNextPage) return null;
      const next = await graphql<{ repository: { pull: { comments: CommentPage } } }>(
        'read comments',
        COMMENTS_QUERY,
        {
          number,
          after: at.pageInfo.endCursor,
        },
      );
      at = next.repository.pull.comments;
    }
  }

  /** GraphQL shows the first 512,000 bytes of a file; a longer one is read by its name. Null for what is no text. */
  async function wholeText(node: TextNode | null | undefined): Promise<string | null> {
    if (!node?.isTruncated || !node.blob) return node?.text ?? null;
    const { content } = await rest<{ content: string }>('read a long file', 'GET /git/blobs/{file_sha}', {
      file_sha: node.blob,
    });
    return Buffer.from(content, 'base64').toString('utf8');
  }

  async function whole<T extends WorldNode | null>(node: T): Promise<T> {
    for (const file of ['config', 'leaderboard', 'train', 'harness'] as const) {
      const text = node?.main?.target?.[file]?.object;
      if (text?.isTruncated) text.text = await wholeText(text);
    }
    return wholeQueue(node);
  }

  /** The snapshot brings the first hundred open pull requests; each further hundred costs one request. */
  async function wholeQueue<T extends WorldNode | null>(node: T): Promise<T> {
    if (node === null) return node;
    const nodes = [...(node.queue.nodes ?? [])];
    for (let { pageInfo } = node.queue; pageInfo.hasNextPage; ) {
      const next = await graphql<QueuePage>('read the queue', QUEUE_QUERY, {
        suites,
        after: pageInfo.endCursor,
      });
      nodes.push(...(next.repository.queue.nodes ?? []));
      pageInfo = next.repository.queue.pageInfo;
    }
    return { ...node, queue: { ...node.queue, nodes } };
  }

  return {
    readPull,
    async readBaseline() {
      const found = await graphql<BaselineAnswer>('read main', BASELINE_QUERY, { suites });
      const carrier = shownIn(found.repository?.carrier?.target?.history.nodes)[0];
      const bot = found.viewer.login;
      const world = worldOf(await whole(found.repository), bot, place);
      return { ...world, carrier: carrier ? commitOf(carrier, bot) : null };
    },
    async listTree(oid) {
      const found = await graphql<{ repository: { object: { entries?: { name: string }[] } | null } | null }>(
        'list records',
        TREE_QUERY,
        { oid },
      );
      return (found.repository?.object?.entries ?? []).map((entry) => entry.name);
    },
    async readFile(path, at) {
      const found = await graphql<{ repository: { object: TextNode | null } | null }>(
        `read ${path}`,
        FILE_QUERY,
        { at: `${at}:${path}` },
      );
      return wholeText(found.repository?.object);
    },
    readBlob,
    async openPulls() {
      const numbers: number[] = [];
      for (let after: string | null = null; ; ) {
        const found: {
          repository: {
            pullRequests: { nodes: ({ number: number } | null)[] | null; pageInfo: CommentPage['pageInfo'] };
          };
        } = await graphql('list pull requests', OPEN_PULLS_QUERY, { after });
        const { nodes, pageInfo } = found.repository.pullRequests;
        numbers.push(...(nodes ?? []).flatMap((one) => one?.number ?? []));
        if (!pageInfo.hasNextPage) return numbers;
        after = pageInfo.endCursor;
      }
    },
    async unsaidPulls() {
      const found = await graphql<{
        repository: { pullRequests: { nodes: ({ number: number; locked: boolean } | null)[] | null } };
      }>('list pull requests without their comment', UNSAID_QUERY, { label: UNSAID_LABEL });
      return (found.repository.pullRequests.nodes ?? []).flatMap((one) =>
        one && !one.locked ? one.number : [],
      );
    },
    async readProposals(pulls) {
      const numbers = Object.fromEntries(pulls.map((number, i) => [`n${i}`, number]));
      const found = await graphql<ProposalsAnswer>('read proposals', proposalsQuery(pulls.length), numbers);
      return pulls.flatMap((_, i) => {
        const one = found.repository[`p${i}`];
        if (!one) return []; // it is gone, or GitHub cannot show it
        const { head, ...proposal } = one;
        return { ...proposal, text: textOf(head) };
      });
    },
    async readPages() {
      const { repository } = await graphql<PagesAnswer>('read the pages', PAGES_QUERY);
      const target = repository?.main?.target;
      if (!repository?.main || !target) throw new PortError('refused', 404, `${place} has no default branch`);
      return {
        url: repository.url,
        branch: repository.main.name,
        oid: target.oid,
        experiments: target.experiments?.oid ?? null,
        leaderboard: target.leaderboard?.oid ?? null,
        page: await wholeText(target.page?.object),
        topics: (target.topics?.object?.entries ?? []).filter((entry) => entry.type === 'blob'),
      };
    },
    async permissionOf(login) {
      const found = await tolerate(404, () =>
        rest<{ permission: string }>('read a permission', 'GET /collaborators/{username}/permission', {
          username: login,
        }),
      );
      const known: Permission[] = ['admin', 'write'];
      return known.find((one) => one === found?.permission) ?? 'read';
    },
    async recentTalk() {
      const found = await graphql<{
        repository: { pullRequests: { nodes: (Parameters<typeof talkOf>[0] | null)[] | null } };
      }>('read comments', TALK_QUERY);
      return (found.repository.pullRequests.nodes ?? []).flatMap((one) => (one ? talkOf(one) : []));
    },
    async isAncestor(commit, of) {
      const compared = await tolerate(404, () =>
        rest<{ status: string }>('compare commits', 'GET /compare/{basehead}', {
          basehead: `${commit}...${of}`,
          per_page: 1,
        }),
      );
      return compared?.status === 'ahead' || compared?.status === 'identical';
    },
    async commitsBetween(base, head, most) {
      const compared = await tolerate(404, () =>
        rest<{ total_commits: number; commits: { sha: string }[] }>(
          'list commits',
          'GET /compare/{basehead}',
          {
            basehead: `${base}...${head}`,
            per_page: most,
          },
        ),
      );
      if (!compared || compared.total_commits > most) return null;
      return Promise.all(
        compared.commits.map(async ({ sha }): Promise<BranchCommit> => {
          const one = await rest<WholeCommit>('read a commit', 'GET /commits/{ref}', {
            ref: sha,
            per_page: 2,
          });
          return {
            message: one.commit.message,
            login: one.author?.login ?? null,
            parents: one.parents.length,
            paths: (one.files ?? []).flatMap(({ filename, previous_filename: old }) =>
              old === undefined ? [filename] : [filename, old],
            ),
          };
        }),
      );
    },
  };
}
