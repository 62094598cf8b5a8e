import { shownBeside } from '../../core/partial-answer.ts';
import type { Proposal } from '../../memory/likeness/proposals.ts';
import type { GitHub } from './client.ts';
import { type OpenRequest, openRequests } from './requests.ts';

/** What open pull requests propose: with a token their words and files, in one query; without a token their words only. */

/** GitHub's largest page. If there are more, the newest count. */
const QUERY = `query Proposals($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    pullRequests(states: OPEN, first: 100, orderBy: { field: CREATED_AT, direction: DESC }) { nodes {
      number title url body isDraft headRefName author { login }
      commits(last: 1) { nodes { commit { file(path: "train/train.py") { object { ... on Blob { isTruncated text } } } } } }
    } }
  }
}`;

/** GitHub answers null for what it cannot show. */
type Nodes<T> = { nodes: (T | null)[] | null };

interface Answer {
  repository: {
    pullRequests: Nodes<{
      number: number;
      title: string;
      url: string;
      body: string;
      isDraft: boolean;
      headRefName: string;
      author: { login: string } | null;
      commits: Nodes<{
        commit: { file: { object: { isTruncated?: boolean; text?: string | null } | null } | null };
      }>;
    }>;
  };
}

/** Proposals of others: of every pull request except the one from `branch` of this account. Drafts are claims and propose nothing yet. */
export async function openProposals(github: GitHub, branch: string | null): Promise<Proposal[]> {
  if (github.token === null) return proposalsIn(await openRequests(github));
  const { repository } = await github.graphql<Answer>(QUERY, github.home).catch(shownOrThrown);
  const others = (repository.pullRequests.nodes ?? [])
    .filter((one) => one !== null)
    .filter((one) => !one.isDraft && !(one.author?.login === github.login && one.headRefName === branch));
  return others.map(({ number, title, url, body, commits }) => {
    const blob = commits.nodes?.[0]?.commit.file?.object;
    return { number, title, url, body, text: blob?.isTruncated ? null : (blob?.text ?? null) };
  });
}

function shownOrThrown(error: unknown): Answer {
  const shown = shownBeside<Answer>(error);
  if (shown === null) throw error;
  return shown;
}

/** As far as a list of pull requests shows. */
export function proposalsIn(requests: OpenRequest[]): Proposal[] {
  return requests
    .filter((one) => !one.draft)
    .map(({ number, title, url, body }) => ({ number, title, url, body, text: null }));
}
