import { REPLY_TAG } from '../../model/command.ts';
import type { CommentReading, Talk } from '../port.ts';
import type { CommentNode, PullNode } from './reading.graphql.ts';

/** Comments as commands need them. */

/** Only these may have write access; GitHub is asked what each may do. */
const BELONGS = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

type Author = { __typename: string; login: string } | null;

/** Oldest first. Comments of accounts that are gone ask for nothing. */
export function latestOf(author: Author, nodes: PullNode['latest']['nodes']): CommentReading[] {
  return (nodes ?? []).flatMap((node) => {
    if (!node?.author || node.fullDatabaseId === null) return [];
    const { login, __typename } = node.author;
    return {
      id: node.id,
      number: node.fullDatabaseId,
      by: login,
      byId: __typename === 'User' ? (node.author.databaseId ?? null) : null,
      own: node.viewerDidAuthor,
      // An App and a person may bear the same login.
      isAuthor: author?.login === login && author.__typename === __typename,
      belongs: __typename === 'User' && BELONGS.has(node.authorAssociation),
      at: node.createdAt,
      body: node.body,
    };
  });
}

export function isReply(node: { viewerDidAuthor: boolean; body: string }): boolean {
  return node.viewerDidAuthor && node.body.startsWith(REPLY_TAG);
}

/** What a sweep sees of a pull request's comments. */
export function talkOf(pull: {
  number: number;
  author: Author;
  latest: { nodes: (CommentNode | null)[] | null };
}): Talk & { pull: number } {
  const reply = (pull.latest.nodes ?? []).find((node) => node && isReply(node));
  return {
    pull: pull.number,
    latest: latestOf(pull.author, pull.latest.nodes),
    reply: reply ? { id: reply.id, body: reply.body } : null,
  };
}
