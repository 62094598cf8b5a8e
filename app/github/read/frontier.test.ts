import { expect, it } from 'vitest';
import { sha } from '../../../testing/examples/names.ts';
import type { Client } from '../client.ts';
import { frontierReadingOf } from './frontier.ts';
import type { FrontiersNode } from './reading.graphql.ts';

const END: FrontiersNode['pageInfo'] = { hasNextPage: false, endCursor: null };
const commit = (oid: string, below: string, blob: string | null) => ({
  oid: sha(oid),
  message: blob === null ? 'Begin' : `adopted\n\nwhy\n\nFrontier-File: ${sha(blob)}`,
  parents: { nodes: [{ oid: sha(below) }] },
});
const reading = (answers: object[]) => {
  const asked: unknown[] = [];
  const graphql = async (what: string, _: string, variables: object) => {
    asked.push([what, variables]);
    return answers.shift();
  };
  return { asked, read: frontierReadingOf({ graphql } as unknown as Client).frontiersOf };
};
const branches = (nodes: FrontiersNode['nodes'], pageInfo = END): FrontiersNode => ({ nodes, pageInfo });

it('what GitHub does not show is left out, and a gap ends the way', async () => {
  const { read } = reading([]);
  expect(await read(null)).toEqual({});
  expect(await read(branches(null))).toEqual({});
  const history = { nodes: [commit('a', 'b', '1'), null, commit('c', 'd', '3')], pageInfo: END };
  const shown = branches([
    null,
    { name: 'frontier-gone', target: null },
    { name: 'frontier-tag', target: {} },
    { name: 'frontier', target: { oid: sha('a'), history } },
  ]);
  expect(await read(shown)).toEqual({
    frontier: { oid: sha('a'), links: [{ oid: sha('a'), blob: sha('1') }] },
  });
});

it('more branches and longer ways are asked for, by the cursor and the tip', async () => {
  const more = { hasNextPage: true, endCursor: 'next' };
  const history = { nodes: [commit('a', 'b', '1')], pageInfo: more };
  const { asked, read } = reading([
    { repository: { frontiers: branches([{ name: 'frontier', target: { oid: sha('a'), history } }]) } },
    {
      repository: {
        object: { history: { nodes: [commit('b', 'c', '2'), commit('c', 'd', null)], pageInfo: END } },
      },
    },
  ]);
  const { frontier } = await read(branches([], more));
  expect(frontier!.links.map(({ oid }) => oid)).toEqual([sha('b'), sha('a')]);
  expect(asked).toEqual([
    ['read frontiers', { after: 'next' }],
    ['read a frontier', { oid: sha('a'), after: 'next' }],
  ]);
});

it('a file is named in the last paragraph alone, where no author writes', async () => {
  const quoted = { ...commit('a', 'b', null), message: `Frontier-File: ${sha('1')}\n\nThe end` };
  const history = { nodes: [quoted], pageInfo: END };
  const { frontier } = await reading([]).read(
    branches([{ name: 'frontier', target: { oid: sha('a'), history } }]),
  );
  expect(frontier!.links).toEqual([]);
});
