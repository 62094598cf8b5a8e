import { z } from 'zod';
import { commitShape } from '../shapes/commit.ts';
import { fileShape } from '../shapes/pull.ts';
import { apiUrl, htmlUrl } from '../shapes/repository.ts';
import { signatureOf } from '../world/commit-files.ts';
import type { Repository } from '../world/model.ts';
import { accountOf, need } from '../world/permissions.ts';
import { moveRef } from '../world/refs.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import { inNetwork } from '../world/repositories.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, asText, bodyOf, commitNamed, paged, repositoryOf } from './kit.ts';

/** Commits, comparisons, and merges of branches. */

const HISTORY = 10_000;
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export function commitRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';

  api.get(`${at}/commits`, async (c) => {
    const repository = repositoryOf(c, world);
    const { sha = repository.defaultBranch, path } = c.req.query();
    const start = await commitNamed(repository, sha);
    const shas = paged(c, await repository.git.history(start.sha, path, HISTORY));
    const commits = await Promise.all(shas.map((one) => repository.git.store.commit(one)));
    return c.json(commits.map((commit) => commitShape(world, repository, commit!)));
  });
  api.get(`${at}/commits/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    const commit = await commitNamed(repository, c.req.param('ref'));
    const from = commit.parents[0] ?? EMPTY_TREE;
    if (from === EMPTY_TREE) await repository.git.store.writeTree([]);
    const text = await asText(c, repository, from, commit.sha);
    if (text !== null) return c.text(text);
    return c.json({
      ...commitShape(world, repository, commit),
      ...(await filesBetween(c, repository, from, commit.sha)),
    });
  });

  api.get(`${at}/compare/:basehead{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    const [left, right] = c.req.param('basehead').split('...');
    if (!left || !right) throw notFound();
    const base = await commitNamed(...sideOf(repository, left));
    const head = await commitNamed(...sideOf(repository, right));
    const { git } = repository;
    const common = await git.mergeBase(base.sha, head.sha);
    if (!common) throw notFound();
    const text = await asText(c, repository, common, head.sha);
    if (text !== null) return c.text(text);
    const ahead = await git.commitsBetween(base.sha, head.sha);
    const behind = await git.commitsBetween(head.sha, base.sha);
    const commits = await Promise.all(paged(c, ahead).map((sha) => git.store.commit(sha)));
    const html = htmlUrl(world, repository, `/compare/${left}...${right}`);
    const status =
      ahead.length === 0
        ? behind.length === 0
          ? 'identical'
          : 'behind'
        : behind.length === 0
          ? 'ahead'
          : 'diverged';
    return c.json({
      url: apiUrl(world, repository, `/compare/${left}...${right}`),
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitShape(world, repository, base),
      merge_base_commit: commitShape(world, repository, (await git.store.commit(common))!),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: commits.map((commit) => commitShape(world, repository, commit!)),
      files: (await filesBetween(c, repository, common, head.sha)).files,
    });
  });

  api.post(`${at}/merges`, async (c) => {
    const repository = repositoryOf(c, world);
    const { git } = repository;
    const wanted = await bodyOf(
      c,
      z.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() }),
    );
    const writer = need(c.get('actor'), repository, 'contents', 'write');
    const base = (await git.refs()).get(`refs/heads/${wanted.base}`);
    if (!base) throw new RefusedError(404, 'Base does not exist');
    const head = await commitNamed(repository, wanted.head);
    if (await git.isAncestor(head.sha, base)) return c.body(null, 204);
    const tree = await git.mergeTree(base, head.sha);
    if (!tree) throw new RefusedError(409, 'Merge conflict');
    const author = signatureOf(world, accountOf(writer));
    const message = wanted.commit_message ?? `Merge ${wanted.head} into ${wanted.base}`;
    const sha = await git.store.writeCommit({
      tree,
      parents: [base, head.sha],
      author,
      committer: author,
      message,
    });
    await moveRef(world, c.get('actor'), repository, `refs/heads/${wanted.base}`, sha, false);
    return c.json(commitShape(world, repository, (await git.store.commit(sha))!), 201);
  });

  async function filesBetween(c: Ask, repository: Repository, from: string, to: string) {
    const changes = await repository.git.changes(from, to);
    const files = await Promise.all(
      changes.slice(0, 300).map((f) => fileShape(world, repository, from, to, f)),
    );
    const additions = changes.reduce((sum, f) => sum + f.additions, 0);
    const deletions = changes.reduce((sum, f) => sum + f.deletions, 0);
    return {
      stats: { additions, deletions, total: additions + deletions },
      files: c.req.query('page') ? paged(c, files) : files,
    };
  }
  function sideOf(repository: Repository, side: string): [Repository, string] {
    const [owner, ...rest] = side.split(':');
    if (rest.length === 0) return [repository, side];
    const named = inNetwork(world, repository, owner!);
    if (!named) throw notFound();
    return [named, rest.at(-1)!];
  }
}
