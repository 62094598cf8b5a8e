import { z } from 'zod';
import { MOST_CREDITS } from '../../core/formats/description.ts';
import { sha } from '../../core/formats/primitives.ts';
import { trackNameSchema } from '../../core/formats/run.ts';

/** What people ask of the bot in comments, and what the bot remembers of having answered. */

export const COMMANDS = ['help', 'insight', 'rerun', 'cancel', 'approve', 'track', 'sponsor'] as const;

export type Command =
  | { name: 'help' | 'rerun' | 'cancel' | 'approve' }
  | { name: 'insight'; text: string }
  | { name: 'track'; track: string }
  /** Credits; 0 takes back what was offered. */
  | { name: 'sponsor'; credits: number }
  /** The name is ours, what follows it is not what the command takes. */
  | { name: 'malformed'; of: (typeof COMMANDS)[number]; usage: string };

export type Permission = 'admin' | 'write' | 'read';

/** A comment that asks for something and has had no final answer. */
export interface Asked {
  /** Number of the comment: it is answered once. */
  id: string;
  by: string;
  /** GitHub's number of the commenter; null of Apps, which own nothing here. */
  byId?: number | null | undefined;
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
  /** What others offer by `/sponsor`, in order. */
  sponsors: Sponsor[];
}

/** Another person's offer for the file that was there when it was made. */
export interface Sponsor {
  /** GitHub's number, since a login may change hands. */
  id: number;
  login: string;
  credits: number;
  blob: string;
}

export const NO_REPLY: Reply = {
  id: null,
  body: '',
  endings: new Map(),
  approved: null,
  tracks: [],
  sponsors: [],
};

/** Begins the reply. Only a comment by the bot itself counts: anybody can write this line. */
export const REPLY_TAG = '<!-- descent:commands';

export function encodeReply({ endings, approved, tracks, sponsors }: Omit<Reply, 'id' | 'body'>): string {
  const added = tracks.length > 0 ? ` tracks=${tracks.join(',')}` : '';
  const given = sponsors.map(({ id, login, credits, blob }) => `${id}/${login}/${credits}/${blob}`);
  const sponsored = given.length > 0 ? ` sponsors=${given.join(',')}` : '';
  const said = [...endings].map(([id, ending]) => ` ${id}=${ending}`).join('');
  return `${REPLY_TAG} approved=${approved ?? 'no'}${added}${sponsored}${said} -->`;
}

const FIRST_LINE =
  /^<!-- descent:commands approved=(no|[0-9a-f]{40})(?: tracks=([a-z0-9,-]+))?(?: sponsors=([A-Za-z0-9_/,-]+))?((?: \d{1,20}=(?:taken|refused|waits))*) -->$/;

export function decodeReply(comment: { id: string; body: string } | null): Reply {
  const line = comment?.body.split('\n', 1)[0]?.trim() ?? '';
  const match = FIRST_LINE.exec(line);
  const tracks = match?.[2]?.split(',') ?? [];
  const sponsors = sponsorsSchema.safeParse(match?.[3]?.split(',').map(sponsorIn) ?? []).data;
  const readable = tracks.every((track) => trackNameSchema.safeParse(track).success);
  if (!comment || !match || !readable || !sponsors) return { ...NO_REPLY, id: comment?.id ?? null };
  const pairs = match[4]!.split(' ').filter(Boolean);
  const endings = new Map(pairs.map((pair) => pair.split('=') as [string, Ending]));
  return {
    id: comment.id,
    body: comment.body,
    endings,
    approved: match[1] === 'no' ? null : match[1]!,
    tracks,
    sponsors,
  };
}

const sponsorsSchema = z.array(
  z.strictObject({
    id: z.int().positive(),
    login: z.string().min(1),
    credits: z.int().min(1).max(MOST_CREDITS),
    blob: sha,
  }),
);

function sponsorIn(written: string): Partial<Sponsor> {
  const [id, login, credits, blob] = written.split('/');
  return { id: Number(id), ...(login && { login }), credits: Number(credits), ...(blob && { blob }) };
}
