import { ALIKE, alike, wordFeatures } from '../memory/similarity.ts';
import type { GitHub } from './client.ts';

/** Open pull requests, as far as agents need to know of each other. */
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

/** A claim lapses when nothing was pushed to it for this long. */
export const CLAIM_MINUTES = 30;

export interface Claim extends OpenRequest {
  /** When it lapses unless something is pushed. */
  expiresAt: string;
}

/** Drafts about the same thing that have not lapsed, the earliest first. */
export async function liveClaimsLike(
  github: GitHub,
  requests: OpenRequest[],
  text: string,
  now: Date,
): Promise<Claim[]> {
  const words = wordFeatures(text);
  const similar = requests.filter(
    (one) => one.draft && alike(words, wordFeatures(claimText(one.title))) >= ALIKE,
  );
  const claims = await Promise.all(
    similar.map(async (one) => ({ ...one, expiresAt: await expiry(github, one) })),
  );
  return claims.filter((one) => one.expiresAt > now.toISOString()).sort((a, b) => a.number - b.number);
}

export function claimTitle(text: string): string {
  return `Claim: ${text}`;
}

function claimText(title: string): string {
  return title.replace(/^claim: /i, '');
}

async function expiry(github: GitHub, request: OpenRequest): Promise<string> {
  const { data } = await github.rest.git.getCommit({ ...github.home, commit_sha: request.head });
  const pushed = Math.max(Date.parse(request.createdAt), Date.parse(data.committer.date));
  return new Date(pushed + CLAIM_MINUTES * 60_000).toISOString();
}
