import type { Event } from '../../core/formats/events.ts';
import { type Cursor, newsIn } from './lines.ts';

/** The ways in which a page learns what happened since it was built, the best first. */
export type Way = 'app' | 'commit' | 'branch' | 'snapshot';

export const WAYS: Record<Way, { seconds: number; words: string }> = {
  app: { seconds: 0, words: 'the bot, as it happens' },
  commit: { seconds: 120, words: "GitHub's newest commit" },
  branch: { seconds: 300, words: "GitHub's branch, up to five minutes late" },
  snapshot: { seconds: 300, words: 'the published snapshot alone' },
};

export interface Where {
  /** The bot's `/live`; empty where it has none. */
  app: string;
  api: string;
  raw: string;
  repository: string;
  /** Address of `head.json`. */
  head: string;
}

/** What a look brought. */
export interface News {
  events: Event[];
  cursor: Cursor;
  /** The commit of main or of the snapshot that was seen; null where it is not known. */
  commit: string | null;
}

/** A way does not go now. */
export class Refused extends Error {
  /** Seconds before it may be tried again; null: as usual. */
  readonly after: number | null;

  constructor(what: string, after: number | null = null) {
    super(what);
    this.after = after;
  }
}

/** GitHub lets an address without a token ask 60 times an hour; others behind the same address want some of these. */
const LEFT = 10;

/** @param last the commit that the way before brought: what is known is not read again */
export async function look(
  way: Exclude<Way, 'app'>,
  where: Where,
  cursor: Cursor,
  last: string | null,
): Promise<News> {
  if (way === 'snapshot') {
    const head = (await (await asked(where.head, { cache: 'no-cache' })).json()) as { commit?: unknown };
    if (typeof head.commit !== 'string') throw new Refused('the snapshot names no commit');
    return { events: [], cursor, commit: head.commit };
  }
  if (way === 'branch') return { ...(await tail(where, 'main', cursor)), commit: null };
  const answer = await asked(`${where.api}/repos/${where.repository}/commits/main`, {
    headers: { accept: 'application/vnd.github.sha' },
  });
  const commit = (await answer.text()).trim();
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Refused('GitHub answers with something else than a commit');
  const news = commit === last ? { events: [], cursor } : await tail(where, commit, cursor);
  const left = Number(answer.headers.get('x-ratelimit-remaining') ?? 60);
  if (left < LEFT) throw new Refused('few requests are left', untilReset(answer));
  return { ...news, commit };
}

/** All that stands after the cursor, over as many files as there are. */
async function tail({ raw, repository }: Where, ref: string, from: Cursor): Promise<Omit<News, 'commit'>> {
  const events: Event[] = [];
  let cursor = from;
  for (;;) {
    const url = `${raw}/${repository}/${ref}/results/events/${cursor.file}.jsonl`;
    const answer = await asked(url, {}, true);
    if (answer.status === 404) return { events, cursor };
    const news = newsIn(await answer.text(), cursor);
    events.push(...news.events);
    cursor = news.cursor;
    if (!news.full) return { events, cursor };
  }
}

async function asked(url: string, options: RequestInit, mayBeMissing = false): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Refused('no connection');
  }
  if (answer.ok || (mayBeMissing && answer.status === 404)) return answer;
  throw new Refused(`the server answers ${answer.status}`, untilReset(answer));
}

function untilReset({ headers, status }: Response): number | null {
  const after = Number(headers.get('retry-after'));
  if (after > 0) return after;
  const reset = Number(headers.get('x-ratelimit-reset'));
  const limited = status === 403 || status === 429 || status === 200;
  return limited && reset > 0 ? Math.max(60, reset - Date.now() / 1000) : null;
}
