import type { Client } from '../client.ts';
import type { PullReading } from '../port.ts';
import {
  COMMENTS_QUERY,
  type CommentPage,
  QUEUE_QUERY,
  type QueuePage,
  type TextNode,
  type WorldNode,
} from './reading.graphql.ts';

/** What GraphQL shows the beginning of alone, read to its end: long files, the queue, the comments. */
export function wholeReadingOf({ graphql, rest, where }: Client) {
  const suites = where.appId === null ? null : { appId: where.appId };

  /** GraphQL shows the first 512,000 bytes of a file; a longer one is read by its name. Null for what is no text. */
  async function wholeText(node: TextNode | null | undefined): Promise<string | null> {
    if (!node?.isTruncated || !node.blob) return node?.text ?? null;
    const { content } = await rest<{ content: string }>('read a long file', 'GET /git/blobs/{file_sha}', {
      file_sha: node.blob,
    });
    return Buffer.from(content, 'base64').toString('utf8');
  }

  async function whole<T extends WorldNode | null>(node: T): Promise<T> {
    for (const file of ['config', 'leaderboard', 'ledger', 'train', 'harness', 'events'] as const) {
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

  return { wholeText, whole, ownComment };
}
