import type { ChangedFile, FileEntry } from '../../../core/rules/eligibility.ts';
import type { CheckRun } from '../../model/snapshot.ts';
import type { CommitReading, PullReading, QueueReading, WorldReading } from '../port.ts';
import { PortError } from '../port.ts';
import type { CheckNode, CommitNode, HeadText, PastNode, Shown, WorldNode } from './reading.graphql.ts';

/** GraphQL's nodes in our words. */

const GHOST = 'ghost'; // GitHub's own name for an account that is gone

/** The nodes of a list that GitHub shows: each of them may be null, and so may the list. */
export function shownIn<T>(nodes: Shown<T> | undefined): T[] {
  return (nodes ?? []).filter((node) => node !== null);
}

export function authorOf(author: { login: string } | null): string {
  return author?.login ?? GHOST;
}

function fileOf(entry: CommitNode['train']): Omit<FileEntry, 'text'> | null {
  if (entry === null) return null;
  return { oid: entry.oid, mode: entry.mode.toString(8), size: entry.object?.byteSize ?? 0 };
}

function checkOf(node: CheckNode): CheckRun {
  return {
    id: node.id,
    name: node.name,
    status:
      node.status === 'COMPLETED' ? 'completed' : node.status === 'IN_PROGRESS' ? 'in_progress' : 'queued',
    conclusion: node.conclusion?.toLowerCase() ?? null,
    externalId: node.externalId ?? '',
    url: node.url,
    startedAt: node.startedAt ?? null,
    title: node.title ?? '',
    summary: node.summary ?? '',
    text: node.text ?? '',
  };
}

/** `bot` is the login of the reader: only its own check runs count, whatever others call theirs. */
export function commitOf(node: CommitNode, bot: string): CommitReading {
  const slug = bot.replace(/\[bot\]$/, '');
  const checks = (node.checkSuites?.nodes ?? [])
    .filter((suite) => suite?.app?.slug === slug)
    .flatMap((suite) => [...(suite?.checkRuns?.nodes ?? []), ...(suite?.last?.nodes ?? [])])
    .filter((check) => check !== null);
  const once = new Map(checks.map((check) => [check.id, check]));
  return { oid: node.oid, file: fileOf(node.train), checks: [...once.values()].map(checkOf) };
}

/** Without what takes more requests. */
type MainOf = Omit<WorldReading, 'frontiers' | 'main'> & { main: Omit<WorldReading['main'], 'events'> };

export function worldOf(node: WorldNode | null, bot: string, where: string): MainOf {
  const target = node?.main?.target;
  if (!node?.main || !target)
    throw new PortError('refused', 404, `${where} is not there, or has no default branch`);
  const waiting = ({ nodes }: WorldNode['closed']): QueueReading[] =>
    shownIn(nodes).map((pull) => {
      const commit = pull.commits.nodes?.[0]?.commit;
      return {
        pull: pull.number,
        author: authorOf(pull.author),
        createdAt: pull.createdAt,
        editedAt: pull.lastEditedAt,
        draft: pull.isDraft,
        commit: commit ? commitOf(commit, bot) : null,
      };
    });
  const train = fileOf(target.train);
  return {
    repository: {
      id: node.id,
      owner: node.owner.login,
      name: node.name,
      url: node.url,
      archived: node.isArchived,
      isPublic: !node.isPrivate,
      labels: shownIn(node.labels?.nodes),
    },
    bot,
    main: {
      oid: target.oid,
      tree: target.tree.oid,
      branch: node.main.name,
      config: target.config?.object?.text ?? null,
      leaderboard: target.leaderboard?.object?.text ?? null,
      ledger: target.ledger?.object?.text ?? null,
      train: train && { ...train, text: target.train?.object?.text ?? null },
      harness: target.harness?.object?.text ?? null,
    },
    queue: waiting(node.queue),
    closed: waiting(node.closed),
  };
}

/** `train/train.py` of the last commit; null where it is no text, or too large for GitHub to show. */
export function textOf(head: HeadText): string | null {
  const blob = shownIn(head.nodes)[0]?.commit.file?.object;
  return blob?.isBinary || blob?.isTruncated ? null : (blob?.text ?? null);
}

/** What `train/train.py` was before, the latest first. */
export function pastOf(commit: PastNode | undefined): PullReading['pull']['past'] {
  return shownIn(commit?.past?.nodes).map(({ train, parents }) => ({
    blob: train?.oid ?? null,
    before: shownIn(parents.nodes)[0]?.train?.oid ?? null,
  }));
}

/** Null when GitHub does not say all that it was asked for: what it left out may be any file. */
export function filesOf(
  nodes: ({ path: string; changeType: string } | null)[] | null | undefined,
): ChangedFile[] | null {
  if (!nodes || nodes.includes(null)) return null;
  return nodes.flatMap((node) =>
    node ? { path: node.path, change: node.changeType.toLowerCase() as ChangedFile['change'] } : [],
  );
}
