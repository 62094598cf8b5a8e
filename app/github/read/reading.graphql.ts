/** Reading is one query: what a decision needs about a pull request, main and the queue, at one moment. */

/** A pull request on eight tracks may carry more than a page of runs: the first and the last hundred together miss none. */
const CHECKS = `
fragment Checks on Commit {
  oid
  train: file(path: "train/train.py") { oid mode object { ... on Blob { byteSize } } }
  checkSuites(first: 20, filterBy: $suites) {
    nodes { app { slug } checkRuns(first: 100) { nodes { ...Run } } last: checkRuns(last: 100) { nodes { ...Run } } }
  }
}
fragment Run on CheckRun { id name status conclusion externalId url startedAt title summary text }`;

const BRIEF = `
fragment Brief on Commit {
  oid
  train: file(path: "train/train.py") { oid mode object { ... on Blob { byteSize } } }
  checkSuites(first: 20, filterBy: $suites) {
    nodes { app { slug } checkRuns(first: 100) { nodes { id name status conclusion externalId url startedAt } } }
  }
}`;

const WAITING = `
fragment Waiting on PullRequestConnection {
  nodes { number isDraft createdAt lastEditedAt author { login } commits(last: 1) { nodes { commit { ...Brief } } } }
  pageInfo { hasNextPage endCursor }
}`;

/** GraphQL cuts what is long: then the whole is read by its name. */
const TEXT = `
fragment Text on Blob { blob: oid isTruncated text }`;

/** A frontier's commits, among those that its links brought along. */
const CHAIN = `
fragment Chain on CommitHistoryConnection {
  nodes { oid message parents(first: 1) { nodes { oid } } } pageInfo { hasNextPage endCursor }
}`;

/** Which files \`train/train.py\` was before, the latest first. */
const PAST = `
fragment Past on Commit {
  past: history(first: 20, path: "train/train.py") {
    nodes { train: file(path: "train/train.py") { oid } parents(first: 1) { nodes { train: file(path: "train/train.py") { oid } } } }
  }
}`;

const WORLD = `
fragment World on Repository {
  id name url isArchived isPrivate owner { login }
  labels(first: 100) { nodes { id name } }
  main: defaultBranchRef { name target { ... on Commit {
    oid tree { oid }
    config: file(path: ".github/descent.yml") { object { ...Text } }
    leaderboard: file(path: "results/leaderboard.json") { object { ...Text } }
    ledger: file(path: "results/ledger.json") { object { ...Text } }
    train: file(path: "train/train.py") { oid mode object { ... on Blob { byteSize } ...Text } }
    harness: file(path: "train/harness.py") { object { ...Text } }
    eventFiles: file(path: "results/events") { object { ... on Tree { entries { name } } } }
    events: file(path: $events) { object { ...Text } }
  } } }
  queue: pullRequests(states: OPEN, first: 100, orderBy: { field: CREATED_AT, direction: ASC }) {
    ...Waiting
  }
  closed: pullRequests(states: [CLOSED, MERGED], first: 20, orderBy: { field: UPDATED_AT, direction: DESC }) {
    ...Waiting
  }
  frontiers: refs(refPrefix: "refs/heads/", query: "frontier", first: 20) {
    nodes { name target { ... on Commit { oid history(first: 20) { ...Chain } } } }
    pageInfo { hasNextPage endCursor }
  }
}
${TEXT}${WAITING}${CHAIN}`;

const SAID = `
fragment Said on IssueComment {
  id fullDatabaseId body createdAt viewerDidAuthor authorAssociation author { __typename login ... on User { databaseId } }
}`;

const HEAD_TEXT =
  'commit { oid file(path: "train/train.py") { object { ... on Blob { isBinary isTruncated text } } } }';

/** `heads` are commits the pull request may have left behind. */
export function pullQuery(heads: number): string {
  const declared = Array.from({ length: heads }, (_, i) => `, $head${i}: GitObjectID!`).join('');
  const objects = Array.from(
    { length: heads },
    (_, i) => `head${i}: object(oid: $head${i}) { ...Checks ...Past }`,
  ).join('\n  ');
  return `query Pull($owner: String!, $name: String!, $number: Int!, $folder: String!, $index: String!, $events: String!, $suites: CheckSuiteFilter${declared}) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    ...World
    pull: pullRequest(number: $number) {
      id number title body state locked isDraft createdAt baseRefName headRefOid changedFiles
      author { __typename login ... on User { createdAt databaseId } ... on Bot { createdAt databaseId } }
      labels(first: 50) { nodes { name } }
      files(first: 20) { nodes { path changeType } }
      comments(first: 100) { nodes { id body viewerDidAuthor } pageInfo { hasNextPage endCursor } }
      latest: comments(last: 50) { nodes { ...Said } }
      commits(last: 5) { nodes { commit { ...Checks } } }
      first: commits(first: 1) { nodes { commit { parents(first: 1) { nodes { train: file(path: "train/train.py") { oid } } } } } }
      head: commits(last: 1) { nodes { ${HEAD_TEXT} } }
      present: commits(last: 1) { nodes { commit { oid ...Past } } }
    }
    results: defaultBranchRef { target { ... on Commit {
      experiments: file(path: "results/experiments") { object { ... on Tree { entries { name oid type } } } }
      here: file(path: $folder) { object { ... on Tree { entries { name } } } }
      contents: file(path: "results/contents") { object { ... on Tree { entries { name oid type } } } }
      contentsHere: file(path: $index) { object { ... on Tree { entries { name } } } }
    } } }
    ${objects}
  }
}
${WORLD}${BRIEF}${CHECKS}${SAID}${PAST}`;
}

/** The first incumbent's check runs are on the commit that brought main's present file. */
export const MAIN_QUERY = `query Main($owner: String!, $name: String!, $events: String!, $suites: CheckSuiteFilter) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    ...World
    carrier: defaultBranchRef { target { ... on Commit { history(first: 1, path: "train/train.py") { nodes { ...Checks } } } } }
  }
}
${WORLD}${BRIEF}${CHECKS}`;

export const QUEUE_QUERY = `query Queue($owner: String!, $name: String!, $suites: CheckSuiteFilter, $after: String) {
  repository(owner: $owner, name: $name) {
    queue: pullRequests(states: OPEN, first: 100, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) { ...Waiting }
  }
}
${WAITING}${BRIEF}`;

/** Branches below `refs/heads/` that the snapshot has no room for. */
export const FRONTIERS_QUERY = `query Frontiers($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    frontiers: refs(refPrefix: "refs/heads/", query: "frontier", first: 20, after: $after) {
      nodes { name target { ... on Commit { oid history(first: 20) { ...Chain } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}${CHAIN}`;

/** More of a frontier's history than the snapshot brings. */
export const CHAIN_QUERY = `query MoreOfFrontier($owner: String!, $name: String!, $oid: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { ... on Commit { history(first: 100, after: $after) { ...Chain } } }
  }
}${CHAIN}`;

export const COMMENTS_QUERY = `query Comments($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pull: pullRequest(number: $number) {
    comments(first: 100, after: $after) { nodes { id body viewerDidAuthor } pageInfo { hasNextPage endCursor } }
  } }
}`;

export const FILE_QUERY = `query File($owner: String!, $name: String!, $at: String!) {
  repository(owner: $owner, name: $name) { object(expression: $at) { ...Text } }
}${TEXT}`;

export const BLOB_QUERY = `query Blob($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) { object(oid: $oid) { ...Text } }
}${TEXT}`;

export const TREE_QUERY = `query Tree($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Tree { entries { name } } } }
}`;

export const OPEN_PULLS_QUERY = `query OpenPulls($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: OPEN, first: 100, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
      nodes { number } pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** In any state; the label is set when GitHub refused the comment. */
export const UNSAID_QUERY = `query Unsaid($owner: String!, $name: String!, $label: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: 100, labels: [$label], orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { number locked } }
  }
}`;

/** What `count` pull requests propose: their words and their file. */
export function proposalsQuery(count: number): string {
  const each = Array.from({ length: count }, (_, i) => i);
  const declared = each.map((i) => `, $n${i}: Int!`).join('');
  const pulls = each.map((i) => `p${i}: pullRequest(number: $n${i}) { ...Proposal }`).join('\n    ');
  return `query Proposals($owner: String!, $name: String!${declared}) {
  repository(owner: $owner, name: $name) {
    ${pulls}
  }
}
fragment Proposal on PullRequest {
  number title url body
  head: commits(last: 1) { nodes { ${HEAD_TEXT} } }
}`;
}

export const PAGES_QUERY = `query Pages($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    url
    main: defaultBranchRef { name target { ... on Commit {
      oid
      experiments: file(path: "results/experiments") { oid }
      leaderboard: file(path: "results/leaderboard.json") { oid }
      page: file(path: "results/MEMORY.md") { object { ...Text } }
      topics: file(path: "results/memory") { object { ... on Tree { entries { name oid type } } } }
    } } }
  }
}${TEXT}`;

/** Pull requests in any state: an insight comes after the verdict. */
export const TALK_QUERY = `query Talk($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: 30, orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes { number author { __typename login } latest: comments(last: 20) { nodes { ...Said } } }
    }
  }
}
${SAID}`;

/** A list as GitHub answers it: it may be null, and so may each that GitHub cannot show. */
export type Shown<T> = (T | null)[] | null;

export interface Page<T> {
  nodes: Shown<T>;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface CommitNode {
  oid: string;
  train: { oid: string; mode: number; object: { byteSize?: number } | null } | null;
  checkSuites: {
    nodes:
      | ({
          app: { slug: string } | null;
          checkRuns: { nodes: (CheckNode | null)[] | null } | null;
          last?: { nodes: (CheckNode | null)[] | null } | null;
        } | null)[]
      | null;
  } | null;
}

export interface CheckNode {
  id: string;
  name: string;
  status: string;
  conclusion: string | null;
  externalId: string | null;
  url: string;
  startedAt?: string | null;
  title?: string | null;
  summary?: string | null;
  text?: string | null;
}

export type CommentPage = Page<{ id: string; body: string; viewerDidAuthor: boolean }>;

export interface CommentNode {
  id: string;
  fullDatabaseId: string | null;
  body: string;
  createdAt: string;
  viewerDidAuthor: boolean;
  authorAssociation: string;
  author: { __typename: string; login: string; databaseId?: number | null } | null;
}

/** A blob's text as GraphQL shows it. */
export interface TextNode {
  blob?: string;
  isTruncated?: boolean;
  text?: string | null;
}

type TextFile = { object: TextNode | null } | null;

export interface WorldNode {
  id: string;
  name: string;
  url: string;
  isArchived: boolean;
  isPrivate: boolean;
  owner: { login: string };
  labels: { nodes: Shown<{ id: string; name: string }> } | null;
  main: {
    name: string;
    target: {
      oid: string;
      tree: { oid: string };
      config: TextFile;
      leaderboard: TextFile;
      ledger: TextFile;
      train: { oid: string; mode: number; object: ({ byteSize?: number } & TextNode) | null } | null;
      harness: TextFile;
      /** Names in `results/events`, and one of these files. */
      eventFiles: NameList;
      events: TextFile;
    } | null;
  } | null;
  queue: QueueNode;
  closed: QueueNode;
  frontiers: FrontiersNode | null;
}

/** A commit on a frontier's way, or of a pull request that a link brought along. */
export interface ChainNode {
  oid: string;
  message: string;
  parents: { nodes: Shown<{ oid: string }> };
}

export type FrontiersNode = Page<FrontierNode>;

export interface FrontierNode {
  name: string;
  /** Empty where the branch points to no commit. */
  target: { oid?: string; history?: Page<ChainNode> | null } | null;
}

interface QueueNode {
  nodes:
    | ({
        number: number;
        isDraft: boolean;
        createdAt: string;
        lastEditedAt: string | null;
        author: { login: string } | null;
        commits: { nodes: ({ commit: CommitNode } | null)[] | null };
      } | null)[]
    | null;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface QueuePage {
  repository: { queue: QueueNode };
}

type TrainNode = { train: { oid: string } | null };

/** A commit with the files that `train/train.py` was before it. */
export interface PastNode {
  past?: { nodes: Shown<TrainNode & { parents: { nodes: Shown<TrainNode> } }> } | null;
}

export interface PullNode {
  id: string;
  number: number;
  title: string;
  body: string;
  state: 'OPEN' | 'CLOSED' | 'MERGED';
  locked: boolean;
  isDraft: boolean;
  createdAt: string;
  baseRefName: string;
  headRefOid: string;
  changedFiles: number;
  author: { __typename: string; login: string; createdAt?: string; databaseId?: number | null } | null;
  labels: { nodes: Shown<{ name: string }> } | null;
  files: { nodes: ({ path: string; changeType: string } | null)[] | null } | null;
  comments: CommentPage;
  latest: { nodes: (CommentNode | null)[] | null };
  commits: { nodes: Shown<{ commit: CommitNode }> };
  first: { nodes: Shown<{ commit: { parents: { nodes: Shown<{ train: { oid: string } | null }> } } }> };
  head: HeadText;
  present: { nodes: Shown<{ commit: PastNode & { oid: string } }> };
}

export interface HeadText {
  nodes: Shown<{
    commit: {
      oid: string;
      file: {
        object: { isBinary?: boolean | null; isTruncated?: boolean; text?: string | null } | null;
      } | null;
    };
  }>;
}

export interface ProposalsAnswer {
  repository: Record<
    `p${number}`,
    { number: number; title: string; url: string; body: string; head: HeadText } | null
  >;
}

type FolderList = {
  object: { entries?: { name: string; oid: string; type: string }[] | null } | null;
} | null;
type NameList = { object: { entries?: { name: string }[] | null } | null } | null;

export interface PullAnswer {
  viewer: { login: string };
  repository:
    | (WorldNode & {
        pull: PullNode | null;
        results: {
          target: {
            experiments: FolderList;
            here: NameList;
            contents: FolderList;
            contentsHere: NameList;
          } | null;
        } | null;
      } & Record<`head${number}`, (CommitNode & PastNode) | null>)
    | null;
}

export interface PagesAnswer {
  repository: {
    url: string;
    main: {
      name: string;
      target: {
        oid: string;
        experiments: { oid: string } | null;
        leaderboard: { oid: string } | null;
        page: TextFile;
        topics: FolderList;
      } | null;
    } | null;
  } | null;
}

export interface MainAnswer {
  viewer: { login: string };
  repository:
    | (WorldNode & { carrier: { target: { history: { nodes: Shown<CommitNode> } } | null } | null })
    | null;
}
