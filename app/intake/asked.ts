import type { CommentReading, Port, Talk } from '../github/port.ts';
import { type Asked, decodeReply, type Permission, type Reply } from '../model/command.ts';
import { parseCommand } from './command.ts';

/** Commands answered in one pull request, ever, since the reply must fit into a comment; strangers may not use them up. */
const MOST_ANSWERED = 1000;
const MOST_FOR_STRANGERS = 100;
/** Commands answered in one step; the next look answers the rest. */
const AT_ONCE = 20;

function isOpen(comment: CommentReading, reply: Reply): boolean {
  const ending = reply.endings.get(comment.number);
  return !comment.own && ending !== 'taken' && ending !== 'refused' && parseCommand(comment.body) !== null;
}

/** Commands without a final answer. Permissions are read only for people who can have any, so that strangers cost no request. */
export async function readAsked(port: Port, comments: CommentReading[], reply: Reply): Promise<Asked[]> {
  const answered = reply.endings.size;
  const open = comments
    .filter((comment) => isOpen(comment, reply))
    .filter((one) => answered < (one.isAuthor || one.belongs ? MOST_ANSWERED : MOST_FOR_STRANGERS))
    .slice(0, AT_ONCE);
  const known = new Map<string, Permission>();
  const asked: Asked[] = [];
  for (const { number: id, by, byId, belongs, isAuthor, at, body } of open) {
    if (belongs && !known.has(by)) known.set(by, await port.permissionOf(by));
    asked.push({
      id,
      by,
      byId,
      isAuthor,
      permission: known.get(by) ?? 'read',
      at,
      command: parseCommand(body)!,
    });
  }
  return asked;
}

/** Pull requests with an unanswered command: what a lost webhook left behind. */
export function unanswered(talks: (Talk & { pull: number })[]): number[] {
  return talks
    .filter(({ latest, reply }) => latest.some((comment) => isOpen(comment, decodeReply(reply))))
    .map(({ pull }) => pull);
}
