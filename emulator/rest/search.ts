import { issueShape } from '../shapes/issue.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { searchIssues } from '../world/issues/search.ts';
import { sees } from '../world/permissions.ts';
import { RefusedError } from '../world/refused.ts';
import { fullName, type World } from '../world/world.ts';
import { type Api, paged } from './kit.ts';

/** Search for issues, pull requests and repositories. */
export function searchRoutes(api: Api, world: World): void {
  api.get('/search/issues', (c) => {
    const { q = '', sort, order } = c.req.query();
    if (q.trim() === '') throw new RefusedError(422, 'Validation Failed');
    const found = searchIssues(world, c.get('actor'), q);
    if (sort === 'created') found.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    if (sort === 'updated') found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    if (sort === 'comments') found.sort((a, b) => b.comments.length - a.comments.length);
    if (order === 'asc') found.reverse();
    const items = paged(c, found).map((issue) => ({ ...issueShape(world, issue), score: 1 }));
    return c.json({ total_count: found.length, incomplete_results: false, search_type: 'lexical', items });
  });
  api.get('/search/repositories', (c) => {
    const words = (c.req.query('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const unplayed = words.find((word) => word.includes(':') && !/^(user|repo|fork|in):/.test(word));
    if (unplayed)
      throw new RefusedError(422, `The emulator does not play the search's qualifier "${unplayed}".`);
    const owner = words.find((word) => word.startsWith('user:'))?.slice(5);
    const plain = words.filter((word) => !word.includes(':'));
    const found = [...world.repositories.values()]
      .filter((one) => sees(c.get('actor'), one))
      .filter((one) => !owner || one.owner.login.toLowerCase() === owner)
      .filter((one) =>
        plain.every((word) => `${fullName(one)} ${one.description}`.toLowerCase().includes(word)),
      );
    const items = paged(c, found).map((one) => ({
      ...repositoryShape(world, one, c.get('actor')),
      score: 1,
    }));
    return c.json({ total_count: found.length, incomplete_results: false, items });
  });
}
