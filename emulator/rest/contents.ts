import { z } from 'zod';
import type { TreeEntry } from '../git/objects.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { apiUrl, htmlUrl } from '../shapes/repository.ts';
import { commitFiles } from '../world/commit-files.ts';
import type { Repository } from '../world/model.ts';
import { hasScope } from '../world/permissions.ts';
import { invalid, notFound, RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { wrapped } from './git.ts';
import { type Api, type Ask, bodyOf, commitNamed, optionalTime, repositoryOf } from './kit.ts';

/** Files and folders at a commit, and files written straight to a branch. */

const person = z.object({ name: z.string(), email: z.string(), date: optionalTime });
const fileWrite = z.object({
  message: z.string(),
  content: z.base64(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});

export function contentRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';

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
    needWorkflowScope(c, path);
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
    needWorkflowScope(c, path);
    const { branch = repository.defaultBranch, message, sha } = wanted;
    const old = await standing(repository, branch, path);
    if (!old) throw notFound();
    if (old.sha !== sha) throw new RefusedError(409, `${path} does not match ${sha}`);
    const written = await write(c, repository, branch, path, null, message, wanted);
    return c.json({ content: null, commit: gitCommitShape(world, repository, written) });
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
}

/** To a user's token without the right, a workflow's path is not there. */
function needWorkflowScope(c: Ask, path: string): void {
  if (path.startsWith('.github/workflows/') && !hasScope(c.get('actor'), 'workflow')) throw notFound();
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
