import { isFrontierBranch, LINK_TRAILER } from '../../../core/formats/frontier.ts';
import type { FrontierBranch } from '../../model/snapshot.ts';
import type { Client } from '../client.ts';
import { shownIn } from './from-graphql.ts';
import {
  CHAIN_QUERY,
  type ChainNode,
  FRONTIERS_QUERY,
  type FrontierNode,
  type FrontiersNode,
  type Page,
} from './reading.graphql.ts';

/** The branches that show frontiers. */

/** Of a chain of 24 links, each with a branch of ten commits, and what a person may have added. */
const PAGES = 5;

type Link = FrontierBranch['links'][number];

/** The file that a link's commit names: in its last paragraph, where only the bot writes. */
function fileOf({ message }: ChainNode): string | null {
  const last = message.trimEnd().split('\n\n').at(-1) ?? '';
  return new RegExp(`^${LINK_TRAILER}: ([0-9a-f]{40})$`, 'm').exec(last)?.[1] ?? null;
}

export function frontierReadingOf({ graphql }: Client) {
  async function more(oid: string, after: string | null): Promise<Page<ChainNode> | null> {
    const found = await graphql<{
      repository: { object: { history?: Page<ChainNode> | null } | null } | null;
    }>('read a frontier', CHAIN_QUERY, { oid, after });
    return found.repository?.object?.history ?? null;
  }

  /**
   * First parents from the tip, as long as they are links. A pull request's own commits are second parents: whatever their messages
   * say, the way does not go there.
   */
  async function linksOf(tip: string, first: Page<ChainNode>): Promise<Link[]> {
    const links: Link[] = [];
    const known = new Map(shownIn(first.nodes).map((node) => [node.oid, node]));
    let page = first;
    let pages = 1;
    for (let at: string | undefined = tip; at !== undefined; ) {
      const node = known.get(at);
      if (node === undefined) {
        if (!page.pageInfo.hasNextPage || pages >= PAGES) break;
        const next = await more(tip, page.pageInfo.endCursor);
        if (next === null) break;
        page = next;
        pages += 1;
        for (const one of shownIn(next.nodes)) known.set(one.oid, one);
        continue;
      }
      const blob = fileOf(node);
      if (blob === null) break;
      links.push({ oid: node.oid, blob });
      at = shownIn(node.parents.nodes)[0]?.oid;
    }
    return links.reverse();
  }

  return {
    async frontiersOf(first: FrontiersNode | null): Promise<Record<string, FrontierBranch>> {
      const nodes: FrontierNode[] = [];
      for (let page = first; page !== null; ) {
        nodes.push(...shownIn(page.nodes));
        if (!page.pageInfo.hasNextPage) break;
        const found: { repository: { frontiers: FrontiersNode | null } | null } = await graphql(
          'read frontiers',
          FRONTIERS_QUERY,
          { after: page.pageInfo.endCursor },
        );
        page = found.repository?.frontiers ?? null;
      }
      const branches: Record<string, FrontierBranch> = {};
      for (const { name, target } of nodes)
        if (isFrontierBranch(name) && target?.oid !== undefined && target.history)
          branches[name] = { oid: target.oid, links: await linksOf(target.oid, target.history) };
      return branches;
    },
  };
}
