import { z } from 'zod';
import type { Signature } from '../git/objects.ts';
import { editTree, isTreePath, type TreeChange } from '../git/tree-edit.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { nodeId } from '../shapes/node-id.ts';
import { apiUrl } from '../shapes/repository.ts';
import { signatureOf } from '../world/commit-files.ts';
import type { Repository } from '../world/model.ts';
import { accountOf, need } from '../world/permissions.ts';
import { createRef, deleteRef, moveRef } from '../world/refs.ts';
import { invalid, notFound } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, bodyOf, optionalTime, paged, repositoryOf, shaText } from './kit.ts';

/** The Git Data API: refs, commits, trees, blobs, one by one. */

const TYPES = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '040000': 'tree',
  '160000': 'commit',
} as const;
const person = z.object({ name: z.string(), email: z.string(), date: optionalTime });
const newCommit = z.object({
  message: z.string(),
  tree: shaText,
  parents: z.array(shaText).default([]),
  author: person.optional(),
  committer: person.partial().optional(),
});
const newTree = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
      type: z.enum(['blob', 'tree', 'commit']).optional(),
      sha: shaText.nullish(),
      content: z.string().optional(),
    }),
  ),
});

/** `spuriously` returns whether a fault refuses this update of a ref although it is valid. */
export function gitRoutes(api: Api, world: World, spuriously: () => boolean): void {
  const at = '/repos/:owner/:repo/git';

  api.get(`${at}/ref/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    return c.json(await refShape(world, repository, `refs/${c.req.param('ref')}`));
  });
  api.get(`${at}/matching-refs/:ref{.*}`, async (c) => {
    const repository = repositoryOf(c, world);
    const names = [...(await repository.git.refs()).keys()].filter((n) =>
      n.startsWith(`refs/${c.req.param('ref')}`),
    );
    return c.json(await Promise.all(paged(c, names).map((name) => refShape(world, repository, name))));
  });
  api.post(`${at}/refs`, async (c) => {
    const repository = repositoryOf(c, world);
    const { ref, sha } = await bodyOf(c, z.object({ ref: z.string(), sha: shaText }));
    await createRef(world, c.get('actor'), repository, ref, sha);
    return c.json(await refShape(world, repository, ref), 201);
  });
  api.patch(`${at}/refs/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    const { sha, force } = await bodyOf(c, z.object({ sha: shaText, force: z.boolean().default(false) }));
    const ref = `refs/${c.req.param('ref')}`;
    need(c.get('actor'), repository, 'contents', 'write');
    if (spuriously()) throw invalid('Reference cannot be updated');
    await moveRef(world, c.get('actor'), repository, ref, sha, force);
    return c.json(await refShape(world, repository, ref));
  });
  api.delete(`${at}/refs/:ref{.+}`, async (c) => {
    await deleteRef(world, c.get('actor'), repositoryOf(c, world), `refs/${c.req.param('ref')}`);
    return c.body(null, 204);
  });

  api.get(`${at}/commits/:sha`, async (c) => {
    const repository = repositoryOf(c, world);
    const commit = await repository.git.store.commit(c.req.param('sha'));
    if (!commit) throw notFound();
    return c.json(gitCommitShape(world, repository, commit));
  });
  api.post(`${at}/commits`, async (c) => {
    const repository = repositoryOf(c, world);
    const { git } = repository;
    const writer = need(c.get('actor'), repository, 'contents', 'write');
    const wanted = await bodyOf(c, newCommit);
    if (!(await git.store.tree(wanted.tree))) throw invalid('Tree SHA does not exist');
    for (const parent of wanted.parents)
      if (!(await git.store.commit(parent)))
        throw invalid(`Parent SHA does not exist or is not a commit object`);
    const self = signatureOf(world, accountOf(writer));
    const author: Signature = { ...self, ...defined(wanted.author) };
    const committer: Signature = { ...author, ...(wanted.author ? {} : self), ...defined(wanted.committer) };
    const { message, tree, parents } = wanted;
    const sha = await git.store.writeCommit({ message, tree, parents, author, committer });
    return c.json(gitCommitShape(world, repository, (await git.store.commit(sha))!), 201);
  });

  api.get(`${at}/trees/:sha{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    return c.json(
      await treeShape(world, repository, c.req.param('sha'), c.req.query('recursive') !== undefined),
    );
  });
  api.post(`${at}/trees`, async (c) => {
    const repository = repositoryOf(c, world);
    const { store } = repository.git;
    need(c.get('actor'), repository, 'contents', 'write');
    const wanted = await bodyOf(c, newTree);
    const base = wanted.base_tree === undefined ? null : await treeOf(repository, wanted.base_tree);
    if (wanted.base_tree !== undefined && !base) throw invalid('base_tree is not a valid tree oid');
    const changes = new Map<string, TreeChange>();
    for (const { path, mode, sha, content } of wanted.tree) {
      if (!isTreePath(path)) throw invalid('tree.path contains a malformed path component');
      if ((sha === undefined) === (content === undefined))
        throw invalid('Must supply either tree.sha or tree.content');
      if (sha === null) changes.set(path, null);
      else {
        const id = sha ?? (await store.write('blob', Buffer.from(content!)));
        if (sha && TYPES[mode] !== 'commit' && (await store.read(sha))?.type !== TYPES[mode])
          throw invalid(`tree.sha ${sha} is not a valid ${TYPES[mode]}`);
        changes.set(path, { mode, type: TYPES[mode], sha: id });
      }
    }
    return c.json(await treeShape(world, repository, await editTree(store, base, changes), false), 201);
  });

  api.get(`${at}/blobs/:sha`, async (c) => {
    const repository = repositoryOf(c, world);
    const sha = c.req.param('sha');
    const data = await repository.git.store.blob(sha);
    if (!data) throw notFound();
    if (/\braw\b/.test(c.req.header('accept') ?? '')) return c.body(new Uint8Array(data));
    return c.json({
      sha,
      node_id: nodeId('B', repository.id, sha),
      size: data.length,
      url: apiUrl(world, repository, `/git/blobs/${sha}`),
      content: wrapped(data),
      encoding: 'base64',
    });
  });
  api.post(`${at}/blobs`, async (c) => {
    const repository = repositoryOf(c, world);
    need(c.get('actor'), repository, 'contents', 'write');
    const schema = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });
    const { content, encoding } = await bodyOf(c, schema);
    const sha = await repository.git.store.write('blob', Buffer.from(content, encoding));
    return c.json({ sha, url: apiUrl(world, repository, `/git/blobs/${sha}`) }, 201);
  });
}

/** Base64 in lines of 60, as GitHub answers it. */
export function wrapped(data: Buffer): string {
  return data.toString('base64').replace(/.{1,60}/g, '$&\n');
}

async function refShape(world: World, repository: Repository, ref: string) {
  const sha = (await repository.git.refs()).get(ref);
  const object = sha && (await repository.git.store.read(sha));
  if (!object) throw notFound();
  const folder = object.type === 'tag' ? 'tags' : 'commits';
  return {
    ref,
    node_id: nodeId('REF', repository.id, ref),
    url: apiUrl(world, repository, `/git/${ref}`),
    object: { sha, type: object.type, url: apiUrl(world, repository, `/git/${folder}/${sha}`) },
  };
}

async function treeOf(repository: Repository, name: string): Promise<string | null> {
  const sha = await repository.git.resolve(name);
  const commit = sha && (await repository.git.store.commit(sha));
  if (commit) return commit.tree;
  return sha && (await repository.git.store.tree(sha)) ? sha : null;
}

async function treeShape(world: World, repository: Repository, name: string, recursive: boolean) {
  const sha = await treeOf(repository, name);
  if (!sha) throw notFound();
  const { store } = repository.git;
  async function list(tree: string, prefix: string): Promise<object[]> {
    const entries = (await store.tree(tree)) ?? [];
    const lists = entries.map(async ({ name, mode, type, sha }) => {
      const size = type === 'blob' ? { size: (await store.blob(sha))?.length ?? 0 } : {};
      const url = apiUrl(world, repository, `/git/${type}s/${sha}`);
      const entry = { path: prefix + name, mode, type, sha, ...size, url };
      return type === 'tree' && recursive ? [entry, ...(await list(sha, `${prefix + name}/`))] : [entry];
    });
    return (await Promise.all(lists)).flat();
  }
  return {
    sha,
    url: apiUrl(world, repository, `/git/trees/${sha}`),
    tree: await list(sha, ''),
    truncated: false,
  };
}

function defined<T extends object>(value: T | undefined): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, v]) => v !== undefined)) as never;
}
