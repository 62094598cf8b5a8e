import { UNSAID_LABEL } from '../../../core/formats/labels.ts';
import type { Client } from '../client.ts';
import { type Port, PortError } from '../port.ts';
import { textOf } from './from-graphql.ts';
import {
  type CommentPage,
  OPEN_PULLS_QUERY,
  PAGES_QUERY,
  type PagesAnswer,
  type ProposalsAnswer,
  proposalsQuery,
  TALK_QUERY,
  UNSAID_QUERY,
} from './reading.graphql.ts';
import { talkOf } from './talk.ts';
import { wholeReadingOf } from './whole.ts';

/** Reading what the sweep and the pages of results need. */
export function sweepReadingOf(
  client: Client,
): Pick<Port, 'openPulls' | 'unsaidPulls' | 'readProposals' | 'readPages' | 'recentTalk'> {
  const { graphql, where } = client;
  const { wholeText } = wholeReadingOf(client);
  const place = `${where.owner}/${where.name}`;

  return {
    async openPulls() {
      const numbers: number[] = [];
      for (let after: string | null = null; ; ) {
        const found: {
          repository: {
            pullRequests: { nodes: ({ number: number } | null)[] | null; pageInfo: CommentPage['pageInfo'] };
          };
        } = await graphql('list pull requests', OPEN_PULLS_QUERY, { after });
        const { nodes, pageInfo } = found.repository.pullRequests;
        numbers.push(...(nodes ?? []).flatMap((one) => one?.number ?? []));
        if (!pageInfo.hasNextPage) return numbers;
        after = pageInfo.endCursor;
      }
    },
    async unsaidPulls() {
      const found = await graphql<{
        repository: { pullRequests: { nodes: ({ number: number; locked: boolean } | null)[] | null } };
      }>('list pull requests without their comment', UNSAID_QUERY, { label: UNSAID_LABEL });
      return (found.repository.pullRequests.nodes ?? []).flatMap((one) =>
        one && !one.locked ? one.number : [],
      );
    },
    async readProposals(pulls) {
      const numbers = Object.fromEntries(pulls.map((number, i) => [`n${i}`, number]));
      const found = await graphql<ProposalsAnswer>('read proposals', proposalsQuery(pulls.length), numbers);
      return pulls.flatMap((_, i) => {
        const one = found.repository[`p${i}`];
        if (!one) return []; // it is gone, or GitHub cannot show it
        const { head, ...proposal } = one;
        return { ...proposal, text: textOf(head) };
      });
    },
    async readPages() {
      const { repository } = await graphql<PagesAnswer>('read the pages', PAGES_QUERY);
      const target = repository?.main?.target;
      if (!repository?.main || !target) throw new PortError('refused', 404, `${place} has no default branch`);
      return {
        url: repository.url,
        branch: repository.main.name,
        oid: target.oid,
        experiments: target.experiments?.oid ?? null,
        leaderboard: target.leaderboard?.oid ?? null,
        page: await wholeText(target.page?.object),
        topics: (target.topics?.object?.entries ?? []).filter((entry) => entry.type === 'blob'),
      };
    },
    async recentTalk() {
      const found = await graphql<{
        repository: { pullRequests: { nodes: (Parameters<typeof talkOf>[0] | null)[] | null } };
      }>('read comments', TALK_QUERY);
      return (found.repository.pullRequests.nodes ?? []).flatMap((one) => (one ? talkOf(one) : []));
    },
  };
}
