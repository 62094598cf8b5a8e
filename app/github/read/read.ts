import { COMMENT_TAG } from '../../../core/formats/comment-tag.ts';
import type { Permission } from '../../model/command.ts';
import { REPLY_TAG } from '../../model/command.ts';
import type { Client } from '../client.ts';
import { tolerate } from '../errors.ts';
import { type CommitReading, type Port, PortError, type PullReading, type WorldReading } from '../port.ts';
import { eventsReadingOf } from './events.ts';
import { authorOf, commitOf, filesOf, pastOf, shownIn, textOf, worldOf } from './from-graphql.ts';
import { frontierReadingOf } from './frontier.ts';
import { historyReadingOf } from './history.ts';
import {
  BLOB_QUERY,
  FILE_QUERY,
  MAIN_QUERY,
  type MainAnswer,
  type PullAnswer,
  type PullNode,
  pullQuery,
  type TextNode,
  TREE_QUERY,
  type WorldNode,
} from './reading.graphql.ts';
import { sweepReadingOf } from './sweep.ts';
import { latestOf } from './talk.ts';
import { wholeReadingOf } from './whole.ts';

type Reading = Pick<
  Port,
  | 'readPull'
  | 'readMain'
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
  const { wholeText, whole, ownComment } = wholeReadingOf(client);
  const { frontiersOf } = frontierReadingOf(client);
  const suites = where.appId === null ? null : { appId: where.appId };
  const place = `${where.owner}/${where.name}`;

  const { eventsAsked, eventsOf } = eventsReadingOf(readFile);

  async function readWorld(
    node: WorldNode | null,
    bot: string,
    asked: ReturnType<typeof eventsAsked>,
  ): Promise<WorldReading> {
    const world = worldOf(await whole(node), bot, place);
    return {
      ...world,
      main: { ...world.main, events: await eventsOf(node, asked) },
      frontiers: await frontiersOf(node?.frontiers ?? null),
    };
  }

  async function readPull(number: number, heads: string[]): Promise<PullReading | null> {
    const thousand = Math.floor(number / 1000);
    const folder = `results/experiments/${thousand}`;
    const index = `results/contents/${thousand}`;
    const oids = Object.fromEntries(heads.map((oid, i) => [`head${i}`, oid]));
    const asked = eventsAsked();
    const found = await tolerate(404, () =>
      graphql<PullAnswer>(`read #${number}`, pullQuery(heads.length), {
        number,
        folder,
        index,
        suites,
        ...asked,
        ...oids,
      }),
    );
    const node = found?.repository;
    if (!found || !node?.pull) return null;
    const bot = where.bot ?? found.viewer.login;
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
      ...(await readWorld(node, bot, asked)),
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
        past: pastOf(
          [
            ...shownIn(pull.present.nodes).map(({ commit }) => commit),
            ...heads.flatMap((_, i) => node[`head${i}`] ?? []),
          ].find(({ oid }) => oid === pull.headRefOid),
        ),
        beganFrom: shownIn(shownIn(pull.first.nodes)[0]?.commit.parents.nodes)[0]?.train?.oid ?? null,
        comment: await ownComment(number, pull.comments, COMMENT_TAG),
        authorSince: pull.author?.createdAt ?? null,
        authorId: pull.author?.databaseId ?? null,
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

  async function readFile(path: string, at: string): Promise<string | null> {
    const found = await graphql<{ repository: { object: TextNode | null } | null }>(
      `read ${path}`,
      FILE_QUERY,
      { at: `${at}:${path}` },
    );
    return wholeText(found.repository?.object);
  }

  async function readBlob(oid: string): Promise<string | null> {
    const found = await graphql<{ repository: { object: TextNode | null } | null }>(
      `read blob ${oid}`,
      BLOB_QUERY,
      { oid },
    );
    return wholeText(found.repository?.object);
  }

  return {
    readPull,
    async readMain() {
      const asked = eventsAsked();
      const found = await graphql<MainAnswer>('read main', MAIN_QUERY, { suites, ...asked });
      const carrier = shownIn(found.repository?.carrier?.target?.history.nodes)[0];
      const bot = where.bot ?? found.viewer.login;
      const world = await readWorld(found.repository, bot, asked);
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
    readFile,
    readBlob,
    async permissionOf(login) {
      const found = await tolerate(404, () =>
        rest<{ permission: string }>('read a permission', 'GET /collaborators/{username}/permission', {
          username: login,
        }),
      );
      const known: Permission[] = ['admin', 'write'];
      return known.find((one) => one === found?.permission) ?? 'read';
    },
    ...sweepReadingOf(client),
    ...historyReadingOf(client),
  };
}
