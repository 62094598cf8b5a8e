import { afterAll, beforeAll, expect, it } from 'vitest';
import { askFields } from './graphql.ts';
import { askOperations } from './rest.ts';
import { openTown } from './town.ts';

let town: Awaited<ReturnType<typeof openTown>>;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

it('counts an operation with a handler, and none without', async () => {
  const { answered, described } = await askOperations(town.ask);
  expect(answered).toContain('POST /repos/{owner}/{repo}/pulls');
  expect(answered).not.toContain('GET /gists');
  expect(described).toBeGreaterThan(answered.length);
});

it('counts a GraphQL field that is played, and none that is not', async () => {
  const { types, mutations } = await askFields(town.ask, town.ids);
  expect(types.PullRequest?.played).toContain('headRefOid');
  expect(types.Repository?.played).not.toContain('discussions');
  expect(mutations.played).toContain('addComment');
  expect(mutations.played).not.toContain('createDiscussion');
});
