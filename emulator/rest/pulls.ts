import { z } from 'zod';
import { commitShape } from '../shapes/commit.ts';
import { fileShape, pullShape, simplePullShape } from '../shapes/pull.ts';
import { mergePull } from '../world/issues/merge.ts';
import { editPull, openPull, pullRange } from '../world/issues/pulls.ts';
import type { PullRequest } from '../world/model.ts';
import { invalid, RefusedError } from '../world/refused.ts';
import { isPull, type World } from '../world/world.ts';
import { type Api, type Ask, asText, bodyOf, idOf, paged, repositoryOf } from './kit.ts';

/** Pull requests. */

const newPull = z.object({
  title: z.string(),
  body: z.string().nullish(),
  head: z.string(),
  head_repo: z.string().optional(),
  base: z.string(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(true),
});
const edit = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

export function pullRoutes(api: Api, world: World): void {
  const pull = (c: Ask): PullRequest => world.pull(repositoryOf(c, world), idOf(c, 'number'));

  api.get('/repos/:owner/:repo/pulls', (c) =>
    c.json(paged(c, listed(c)).map((i) => simplePullShape(world, i))),
  );
  api.post('/repos/:owner/:repo/pulls', async (c) => {
    const wanted = await bodyOf(c, newPull);
    const issue = await openPull(world, c.get('actor'), repositoryOf(c, world), {
      title: wanted.title,
      body: wanted.body ?? null,
      head: wanted.head,
      headRepository: wanted.head_repo,
      base: wanted.base,
      draft: wanted.draft,
      maintainerCanModify: wanted.maintainer_can_modify,
    });
    return c.json(await pullShape(world, issue), 201);
  });
  api.get('/repos/:owner/:repo/pulls/:number', async (c) => {
    const issue = pull(c);
    const { from, to } = await pullRange(issue);
    const text = await asText(c, issue.repository, from, to);
    if (text !== null) return c.text(text);
    return c.json(await pullShape(world, issue));
  });
  api.patch('/repos/:owner/:repo/pulls/:number', async (c) => {
    const { maintainer_can_modify: maintainerCanModify, ...rest } = await bodyOf(c, edit);
    const issue = pull(c);
    await editPull(world, c.get('actor'), issue, { ...rest, maintainerCanModify });
    return c.json(await pullShape(world, issue));
  });
  api.get('/repos/:owner/:repo/pulls/:number/files', async (c) => {
    const issue = pull(c);
    const { git } = issue.repository;
    const { from, to } = await pullRange(issue);
    const files = paged(c, (await git.changes(from, to)).slice(0, 3000));
    return c.json(await Promise.all(files.map((file) => fileShape(world, issue.repository, from, to, file))));
  });
  api.get('/repos/:owner/:repo/pulls/:number/commits', async (c) => {
    const issue = pull(c);
    const { git } = issue.repository;
    const { from, to } = await pullRange(issue);
    const shas = paged(c, (await git.commitsBetween(from, to)).slice(0, 250));
    const commits = await Promise.all(shas.map((sha) => git.store.commit(sha)));
    return c.json(commits.map((commit) => commitShape(world, issue.repository, commit!)));
  });
  api.get('/repos/:owner/:repo/pulls/:number/merge', (c) => c.body(null, pull(c).pull.mergedAt ? 204 : 404));
  api.put('/repos/:owner/:repo/pulls/:number/merge', async (c) => {
    const { sha, merge_method: method } = await bodyOf(
      c,
      z.object({ sha: z.string().optional(), merge_method: z.string().default('merge') }),
    );
    if (method !== 'merge') throw invalid(`The emulator only plays merge_method "merge", not "${method}"`);
    const merged = await mergePull(world, c.get('actor'), pull(c), sha).catch((error) => {
      if (error instanceof RefusedError && error.status === 422)
        return c.json({ message: error.message }, 405);
      throw error;
    });
    if (typeof merged !== 'string') return merged;
    return c.json({ sha: merged, merged: true, message: 'Pull Request successfully merged' });
  });
  api.get('/repos/:owner/:repo/commits/:sha/pulls', (c) => {
    const repository = repositoryOf(c, world);
    const sha = c.req.param('sha');
    const found = [...repository.issues.values()].filter(isPull).filter((i) => i.pull.headSha === sha);
    return c.json(paged(c, found).map((i) => simplePullShape(world, i)));
  });

  function listed(c: Ask): PullRequest[] {
    const { state = 'open', head, base, sort = 'created', direction } = c.req.query();
    const found = [...repositoryOf(c, world).issues.values()]
      .filter(isPull)
      .filter((i) => state === 'all' || i.state === state)
      .filter((i) => !head || i.pull.headLabel === head || i.pull.headRef === head)
      .filter((i) => !base || i.pull.baseRef === base);
    if (sort === 'updated') found.sort((a, b) => a.updatedAt.localeCompare(b.updatedAt));
    const descending = direction ? direction === 'desc' : sort === 'created';
    return descending ? found.reverse() : found;
  }
}
