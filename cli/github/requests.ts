import { ALIKE, alike, wordFeatures } from '../../memory/likeness/similarity.ts';
import type { GitHub } from './client.ts';
import { refusedWith } from './refusal.ts';

/** Open pull requests, as far as agents need to know about each other. */
export interface OpenRequest {
  number: number;
  title: string;
  body: string;
  author: string;
  draft: boolean;
  createdAt: string;
  head: string;
  branch: string;
  nodeId: string;
  url: string;
  labels: string[];
}

export async function openRequests(github: GitHub): Promise<OpenRequest[]> {
  const pulls = await github.paginate(github.rest.pulls.list, {
    ...github.home,
    state: 'open',
    per_page: 100,
  });
  return pulls.map((pull) => ({
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    author: pull.user?.login ?? 'ghost',
    draft: pull.draft ?? false,
    createdAt: pull.created_at,
    head: pull.head.sha,
    branch: pull.head.ref,
    nodeId: pull.node_id,
    url: pull.html_url,
    labels: pull.labels.map((label) => label.name),
  }));
}

/** A claim lapses after this many minutes without a push, unless it names another time. */
export const CLAIM_MINUTES = 30;
/** A longer claim would only keep others away. */
export const MOST_CLAIM_MINUTES = 240;

export interface Claim extends OpenRequest {
  /** When it lapses without a push. */
  expiresAt: string;
}

/** Drafts about the same thing, or the same idea, that have not lapsed, the earliest first. */
export async function liveClaimsLike(
  github: GitHub,
  requests: OpenRequest[],
  { text, idea }: { text: string; idea: number | null },
  now: Date,
): Promise<Claim[]> {
  const words = wordFeatures(text);
  const similar = requests.filter(
    (one) =>
      one.draft &&
      ((idea !== null && ideaOf(one.body) === idea) ||
        alike(words, wordFeatures(claimText(one.title))) >= ALIKE),
  );
  const claims = await Promise.all(
    similar.map(async (one) => ({ ...one, expiresAt: await expiry(github, one, now) })),
  );
  return claims.filter((one) => one.expiresAt > now.toISOString()).sort((a, b) => a.number - b.number);
}

/** The line by which a claim names the issue whose idea it is. */
export function ideaLine(idea: number): string {
  return `Idea: #${idea}`;
}

export function ideaOf(body: string): number | null {
  const named = /^Idea: #(\d+)\r?$/m.exec(body)?.[1];
  return named === undefined ? null : Number(named);
}

/** The line by which a claim says how long it lasts. */
export function minutesLine(minutes: number): string {
  return `Claimed for: ${minutes} minutes`;
}

function minutesOf(body: string): number {
  const said = /^Claimed for: (\d{1,4}) minutes\r?$/m.exec(body)?.[1];
  return said === undefined ? CLAIM_MINUTES : Math.min(Number(said), MOST_CLAIM_MINUTES);
}

export function claimTitle(text: string): string {
  return `Claim: ${text}`;
}

function claimText(title: string): string {
  return title.replace(/^claim: /i, '');
}

/** Who has claimed which idea, by an open pull request or by a draft that has not lapsed. The earliest has it. */
export async function ideaClaims(
  github: GitHub,
  requests: OpenRequest[],
  now: Date,
): Promise<Map<number, OpenRequest>> {
  const claims = new Map<number, OpenRequest>();
  for (const request of [...requests].sort((a, b) => a.number - b.number)) {
    const idea = ideaOf(request.body);
    if (idea === null || claims.has(idea)) continue;
    const lapsed = request.draft && (await expiry(github, request, now)) <= now.toISOString();
    if (!lapsed) claims.set(idea, request);
  }
  return claims;
}

/** A commit that GitHub does not show counts as no push: the claims of others go on. */
async function committedAt(github: GitHub, sha: string): Promise<number> {
  try {
    const { data } = await github.rest.git.getCommit({ ...github.home, commit_sha: sha });
    return Date.parse(data.committer.date);
  } catch (error) {
    if (refusedWith(error) === null || refusedWith(error) === 401) throw error;
    return 0;
  }
}

/** The author's own clock dates a commit: what it dates after now counts as no push. */
async function expiry(github: GitHub, request: OpenRequest, now: Date): Promise<string> {
  const created = Date.parse(request.createdAt);
  const committed = await committedAt(github, request.head);
  const pushed = committed > now.getTime() ? created : Math.max(created, committed);
  return new Date(pushed + minutesOf(request.body) * 60_000).toISOString();
}
