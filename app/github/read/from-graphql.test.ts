import { expect, it } from 'vitest';
import { sha } from '../../../testing/examples/names.ts';
import { commitOf } from './from-graphql.ts';
import type { CheckNode } from './reading.graphql.ts';

const check = (id: number): CheckNode => ({
  ...{ id: `CR_${id}`, name: 'descent cpu explore 1', status: 'COMPLETED', conclusion: 'SUCCESS' },
  ...{ externalId: '', url: '', title: '', summary: '', text: '' },
});

it('a commit with more check runs than a page has each of them once, and those of others not at all', () => {
  const all = Array.from({ length: 150 }, (_, i) => check(i));
  const suite = (slug: string) => ({
    app: { slug },
    checkRuns: { nodes: all.slice(0, 100) },
    last: { nodes: all.slice(-100) },
  });
  const node = { oid: sha('c'), train: null, checkSuites: { nodes: [suite('descent'), suite('other')] } };
  const ids = commitOf(node, 'descent[bot]').checks.map((one) => one.id);
  expect(ids).toEqual(all.map((one) => one.id));
});
