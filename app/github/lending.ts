import type { MachineSaid } from '../say/machine-check.ts';
import { clientOf, type Octokits } from './client.ts';
import { asPortError, tolerate } from './errors.ts';

/** What repositories say of lending, read through an installation's own client, and the answer to them. */

/** Name of the check run that answers a machine's repository. */
export const MACHINE_CHECK = 'descent machine';

/** A repository as GitHub and its files describe it. Whether it is a swarm's, a machine's or neither, others judge. */
export interface LendingReading {
  /** GitHub's numbers of the repository and of its owner, which keep when names change. */
  id: number;
  nodeId: string;
  owner: { id: number; login: string };
  name: string;
  isPublic: boolean;
  isFork: boolean;
  isArchived: boolean;
  /** Its default branch and the commit there; null while it is empty. */
  head: { branch: string; oid: string } | null;
  /** Texts of files on the default branch; null where there is none, or no text. */
  machineFile: string | null;
  config: string | null;
  /** Whether the workflow is there that runs a job. */
  hasWorkflow: boolean;
  /** It has a file of a swarm, be it one that cannot be read. */
  isSwarm: boolean;
  /** Message of the commit on the branch `state`, and when git says it was made. */
  state: { message: string; at: string } | null;
  /** The bot's last answer on the head. */
  answered: MachineSaid | null;
}

interface Node {
  databaseId: number;
  id: string;
  name: string;
  isPrivate: boolean;
  isFork: boolean;
  isArchived: boolean;
  owner: { login: string; databaseId?: number };
  head: { name: string; target: Target | null } | null;
  state: { target: { message?: string; committedDate?: string } | null } | null;
}
type File = { object: { text?: string | null; isTruncated?: boolean } | null } | null;
interface Target {
  oid: string;
  machine?: File;
  config?: File;
  leaderboard?: { oid: string } | null;
  workflow?: { oid: string } | null;
  checkSuites?: { nodes: ({ checkRuns: { nodes: (Check | null)[] | null } | null } | null)[] | null } | null;
}
interface Check {
  name: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
}

const FRAGMENT = `
fragment Lending on Repository {
  databaseId id name isPrivate isFork isArchived
  owner { login ... on User { databaseId } ... on Organization { databaseId } }
  head: defaultBranchRef { name target { oid ... on Commit {
    machine: file(path: "machine.yml") { object { ... on Blob { text isTruncated } } }
    config: file(path: ".github/descent.yml") { object { ... on Blob { text isTruncated } } }
    leaderboard: file(path: "results/leaderboard.json") { oid }
    workflow: file(path: ".github/workflows/experiment.yml") { oid }
    checkSuites(first: 5, filterBy: { appId: $appId, checkName: "${MACHINE_CHECK}" }) {
      nodes { checkRuns(last: 5, filterBy: { checkName: "${MACHINE_CHECK}" }) { nodes { name conclusion title summary } } }
    }
  } } }
  state: ref(qualifiedName: "refs/heads/state") { target { ... on Commit { message committedDate } } }
}`;
const BY_ID = `query Lending($ids: [ID!]!, $appId: Int!) { nodes(ids: $ids) { ...Lending } }${FRAGMENT}`;
const BY_NAME = `query Lent($owner: String!, $name: String!, $appId: Int!) { repository(owner: $owner, name: $name) { ...Lending } }${FRAGMENT}`;

/** Repositories a query: what GitHub answers in a second. */
const AT_ONCE = 25;

export interface LendingPort {
  /** By GitHub's global ids; without those that are gone. */
  byId(ids: string[]): Promise<LendingReading[]>;
  /** Null where there is none. */
  byName(owner: string, name: string): Promise<LendingReading | null>;
  /** Writes the check run that answers a machine's repository. */
  answer(to: LendingReading, said: MachineSaid): Promise<void>;
}

export function lendingPort(octokit: Octokits, appId: number): LendingPort {
  async function nodes(ids: string[]): Promise<(Node | null)[]> {
    try {
      return (await octokit.graphql<{ nodes: (Node | null)[] }>(BY_ID, { ids, appId })).nodes;
    } catch (error) {
      // One that is gone, or cannot be shown, is null beside its error; the others are there.
      const { data, errors } = error as {
        data?: { nodes?: (Node | null)[] };
        errors?: { path?: unknown[] }[];
      };
      if (data?.nodes && errors?.every(({ path }) => path?.[0] === 'nodes')) return data.nodes;
      throw asPortError('read what repositories lend', error);
    }
  }

  return {
    async byId(ids) {
      const found: LendingReading[] = [];
      for (let i = 0; i < ids.length; i += AT_ONCE)
        found.push(...(await nodes(ids.slice(i, i + AT_ONCE))).flatMap((node) => readingOf(node) ?? []));
      return found;
    },
    async byName(owner, name) {
      const client = clientOf(octokit, { owner, name, appId });
      const found = await tolerate(404, () =>
        client.graphql<{ repository: Node | null }>(`read ${owner}/${name}`, BY_NAME, { appId }),
      );
      return readingOf(found?.repository ?? null);
    },
    async answer({ owner, name, head }, { conclusion, title, summary }) {
      const client = clientOf(octokit, { owner: owner.login, name, appId });
      await client.rest('answer a machine', 'POST /check-runs', {
        ...{ name: MACHINE_CHECK, head_sha: head!.oid, status: 'completed', conclusion },
        output: { title, summary },
      });
    },
  };
}

/** Null for what is no repository of an account with a number. */
function readingOf(node: Node | null): LendingReading | null {
  if (!node?.databaseId || !node.owner.databaseId) return null;
  const { head, state } = node;
  const checks = (head?.target?.checkSuites?.nodes ?? []).flatMap((suite) => suite?.checkRuns?.nodes ?? []);
  const last = checks.findLast((one) => one?.name === MACHINE_CHECK && one.conclusion !== null);
  const said = state?.target;
  return {
    ...{ id: node.databaseId, nodeId: node.id, name: node.name },
    owner: { id: node.owner.databaseId, login: node.owner.login },
    ...{ isPublic: !node.isPrivate, isFork: node.isFork, isArchived: node.isArchived },
    head: head?.target ? { branch: head.name, oid: head.target.oid } : null,
    machineFile: textOf(head?.target?.machine),
    config: textOf(head?.target?.config),
    hasWorkflow: Boolean(head?.target?.workflow),
    isSwarm: Boolean(head?.target?.config || head?.target?.leaderboard),
    state: said?.message ? { message: said.message, at: said.committedDate ?? '' } : null,
    answered: last
      ? {
          conclusion: last.conclusion === 'SUCCESS' ? 'success' : 'failure',
          ...{ title: last.title ?? '', summary: last.summary ?? '' },
        }
      : null,
  };
}

/** What was cut is longer than any such file: its first part reads as a broken one. */
function textOf(file: File | undefined): string | null {
  return file?.object?.text ?? null;
}
