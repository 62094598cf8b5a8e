import { z } from 'zod';
import type { TreeEntry } from '../git/objects.ts';
import { commitShape, gitCommitShape } from '../shapes/commit.ts';
import { fileShape } from '../shapes/pull.ts';
import { apiUrl, htmlUrl } from '../shapes/repository.ts';
import { commitFiles, signatureOf } from '../world/commit-files.ts';
import type { Repository } from '../world/model.ts';
import { accountOf, need } from '../world/permissions.ts';
import { moveRef } from '../world/refs.ts';
import { invalid, notFound, RefusedError } from '../world/refused.ts';
import { inNetwork } from '../world/repositories.ts';
import type { World } from '../world/world.ts';
import { wrapped } from './git.ts';
import { type Api, type Ask, asText, bodyOf, optionalTime, paged, repositoryOf } from './kit.ts';

/** Commits, comparisons, files on a branch, and merges of branches. */

const HISTORY = 10_000;
const person = z.object({ name: z.string(), email: z.string(), date: optionalTime });
const fileWrite = z.object({
  message: z.string(),
  content: z.base64(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});

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

  api.get(`${at}/contents/:path{.*}`, async (c) => {
    const repository = repositoryOf(c, world);
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const path = c.req.param('path').replace(/\/+$/, '');
    const commit = await commitNamed(repository, ref);
    const entry = await repository.git.store.entryAt(commit.tree, path);
    if (!entry) throw notFound();
    if (entry.type === 'tree') {
      const children = (await repository.git.store.tree(entry.sha)) ?? [];
      return c.json(
        await Promise.all(children.map((e) => entryShape(repository, e, join(path, e.name), ref))),
      );
    }
    return fileAnswer(c, repository, entry, path, ref);
  });
  api.get(`${at}/readme`, async (c) => {
    const repository = repositoryOf(c, world);
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const { tree } = await commitNamed(repository, ref);
    const found = (await repository.git.store.tree(tree))?.find((e) => /^readme(\.|$)/i.test(e.name));
    if (found?.type !== 'blob') throw notFound();
    return fileAnswer(c, repository, found, found.name, ref);
  });
  api.put(`${at}/contents/:path{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    const path = c.req.param('path');
    const wanted = await bodyOf(c, fileWrite);
    const { branch = repository.defaultBranch, content, message, sha } = wanted;
    const old = await standing(repository, branch, path);
    if (old && !sha) throw invalid(`Invalid request.\n\n"sha" wasn't supplied.`);
    if (sha !== undefined && old?.sha !== sha) throw new RefusedError(409, `${path} does not match ${sha}`);
    const written = await write(c, repository, branch, path, Buffer.from(content, 'base64'), message, wanted);
    const entry = (await standing(repository, branch, path))!;
    const commit = { ...gitCommitShape(world, repository, written) };
    return c.json({ content: await entryShape(repository, entry, path, branch), commit }, old ? 200 : 201);
  });
  api.delete(`${at}/contents/:path{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    const path = c.req.param('path');
    const wanted = await bodyOf(c, fileWrite.omit({ content: true }));
    const { branch = repository.defaultBranch, message, sha } = wanted;
    const old = await standing(repository, branch, path);
    if (!old) throw notFound();
    if (old.sha !== sha) throw new RefusedError(409, `${path} does not match ${sha}`);
    const written = await write(c, repository, branch, path, null, message, wanted);
    return c.json({ content: null, commit: gitCommitShape(world, repository, written) });
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

  async function write(
    c: Ask,
    repository: Repository,
    branch: string,
    path: string,
    content: Buffer | null,
    message: string,
    by: { author?: z.infer<typeof person> | undefined; committer?: z.infer<typeof person> | undefined },
  ) {
    const dated = (who: z.infer<typeof person>) => ({ ...who, date: who.date ?? world.time() });
    const sha = await commitFiles(
      world,
      c.get('actor'),
      repository,
      branch,
      new Map([[path, content]]),
      message,
      {
        ...(by.author && { author: dated(by.author) }),
        ...(by.committer && { committer: dated(by.committer) }),
      },
    );
    return (await repository.git.store.commit(sha))!;
  }
  async function fileAnswer(c: Ask, repository: Repository, entry: TreeEntry, path: string, ref: string) {
    const data = (await repository.git.store.blob(entry.sha)) ?? Buffer.alloc(0);
    if (/\braw\b/.test(c.req.header('accept') ?? '')) return c.body(new Uint8Array(data));
    const large = data.length > 1024 * 1024;
    const content = large
      ? { encoding: 'none', content: '' }
      : { encoding: 'base64', content: wrapped(data) };
    return c.json({ ...(await entryShape(repository, entry, path, ref)), ...content });
  }
  async function standing(repository: Repository, branch: string, path: string): Promise<TreeEntry | null> {
    const tip = (await repository.git.refs()).get(`refs/heads/${branch}`);
    if (!tip) throw new RefusedError(404, `Branch ${branch} not found`);
    const commit = await repository.git.store.commit(tip);
    return commit && repository.git.store.entryAt(commit.tree, path);
  }
  async function entryShape(repository: Repository, entry: TreeEntry, path: string, ref: string) {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const url = apiUrl(world, repository, `/contents/${encoded}?ref=${ref}`);
    const kind = entry.type === 'tree' ? 'tree' : 'blob';
    const html = htmlUrl(world, repository, `/${kind}/${ref}/${encoded}`);
    const git = apiUrl(world, repository, `/git/${kind}s/${entry.sha}`);
    const size = kind === 'blob' ? ((await repository.git.store.blob(entry.sha))?.length ?? 0) : 0;
    return {
      name: path.split('/').at(-1) ?? '',
      path,
      sha: entry.sha,
      size,
      url,
      html_url: html,
      git_url: git,
      download_url: kind === 'blob' ? htmlUrl(world, repository, `/raw/${ref}/${encoded}`) : null,
      type: kind === 'tree' ? 'dir' : entry.mode === '120000' ? 'symlink' : 'file',
      _links: { self: url, git, html },
    };
  }
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

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

async function commitNamed(repository: Repository, name: string) {
  const sha = await repository.git.resolve(name);
  const commit = sha && (await repository.git.store.commit(sha));
  if (!commit) throw name.length === 40 ? invalid(`No commit found for SHA: ${name}`) : notFound();
  return commit;
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
