import { trackNameSchema } from '../../core/formats/run.ts';

/** What people ask of the bot in comments, and what the bot remembers of having answered. */

export const COMMANDS = ['help', 'insight', 'rerun', 'cancel', 'approve', 'track'] as const;

export type Command =
  | { name: 'help' | 'rerun' | 'cancel' | 'approve' }
  | { name: 'insight'; text: string }
  | { name: 'track'; track: string }
  /** The name is ours, what follows it is not what the command takes. */
  | { name: 'malformed'; of: (typeof COMMANDS)[number]; usage: string };

export type Permission = 'admin' | 'write' | 'read';

/** A comment that asks for something and has had no final answer. */
export interface Asked {
  /** Number of the comment: it is answered once. */
  id: string;
  by: string;
  isAuthor: boolean;
  /** What GitHub says the commenter may do in the repository. */
  permission: Permission;
  at: string;
  command: Command;
}

/** `waits`: not final, looked at again later. */
export type Ending = 'taken' | 'refused' | 'waits';

/** The bot's one reply to all commands of a pull request: its first line remembers, the rest is for people. */
export interface Reply {
  /** GitHub's id of the comment; null before the first command. */
  id: string | null;
  body: string;
  endings: Map<string, Ending>;
  /** Git blob of the file that a maintainer let be measured for a newcomer; another one is to be approved again. */
  approved: string | null;
  /** Tracks added by `/track`, in order. */
  tracks: string[];
}

export const NO_REPLY: Reply = { id: null, body: '', endings: new Map(), approved: null, tracks: [] };

/** Begins the reply. Only a comment by the bot itself counts: anybody can write this line. */
export const REPLY_TAG = '<!-- descent:commands';

export function encodeReply({ endings, approved, tracks }: Omit<Reply, 'id' | 'body'>): string {
  const added = tracks.length > 0 ? ` tracks=${tracks.join(',')}` : '';
  const said = [...endings].map(([id, ending]) => ` ${id}=${ending}`).join('');
  return `${REPLY_TAG} approved=${approved ?? 'no'}${added}${said} -->`;
}

const FIRST_LINE =
  /^<!-- descent:commands approved=(no|[0-9a-f]{40})(?: tracks=([a-z0-9,-]+))?((?: \d{1,20}=(?:taken|refused|waits))*) -->$/;

export function decodeReply(comment: { id: string; body: string } | null): Reply {
  const line = comment?.body.split('\n', 1)[0]?.trim() ?? '';
  const match = FIRST_LINE.exec(line);
  const tracks = match?.[2]?.split(',') ?? [];
  const readable = tracks.every((track) => trackNameSchema.safeParse(track).success);
  if (!comment || !match || !readable) return { ...NO_REPLY, id: comment?.id ?? null };
  const pairs = match[3]!.split(' ').filter(Boolean);
  const endings = new Map(pairs.map((pair) => pair.split('=') as [string, Ending]));
  return {
    id: comment.id,
    body: comment.body,
    endings,
    approved: match[1] === 'no' ? null : match[1]!,
    tracks,
  };
}
