import { Hono } from 'hono';
import { type Env, idOf, repositoryOf } from './rest/kit.ts';
import { pullRange } from './world/issues/pulls.ts';
import type { Repository } from './world/model.ts';
import { notFound } from './world/refused.ts';
import type { World } from './world/world.ts';

/** The pages behind links in comments and payloads: plain text, only what is needed to follow them. */
export function pages(world: World): Hono<Env> {
  const site = new Hono<Env>();
  const at = '/:owner/:repo';
  site.get(`${at}/:kind{(?:blob|raw)}/:ref/:path{.+}`, async (c) => {
    const repository = repositoryOf(c, world);
    const data = await fileAt(repository, c.req.param('ref'), c.req.param('path'));
    return c.body(new Uint8Array(data), 200, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });
  site.get(`${at}/pull/:name{\\d+\\.(?:diff|patch)}`, async (c) => {
    const [number, kind] = c.req.param('name').split('.');
    const issue = world.pull(repositoryOf(c, world), Number(number));
    const { from, to } = await pullRange(issue);
    const { git } = issue.repository;
    return c.text(kind === 'diff' ? await git.diff(from, to) : await git.mailbox(from, to));
  });
  site.get(`${at}/:kind{(?:pull|issues)}/:number`, (c) => {
    const issue = world.issue(repositoryOf(c, world), idOf(c, 'number'));
    const state = issue.pull?.mergedAt ? 'merged' : issue.pull?.draft ? 'draft' : issue.state;
    const labels = issue.labels.map((label) => label.name).join(', ');
    const head = `#${issue.number} ${issue.title}\n${state}, by ${issue.user.login}${labels && `, ${labels}`}\n\n${issue.body ?? ''}`;
    const talk = issue.comments.map((m) => `${'-'.repeat(72)}\n${m.user.login}, ${m.createdAt}\n\n${m.body}`);
    return c.text(`${[head, ...talk].join('\n\n')}\n`);
  });
  site.get(`${at}/actions/runs/:id`, (c) => {
    const run = world.runs.get(idOf(c, 'id'));
    if (run?.repository !== repositoryOf(c, world)) throw notFound();
    const jobs = run.jobs.map(
      (j) => `${j.name}: ${j.conclusion ?? j.status} on ${j.machine?.name ?? 'no machine yet'}\n\n${j.log}`,
    );
    return c.text(`${run.title}\n${run.conclusion ?? run.status}\n\n${jobs.join('\n')}\n`);
  });
  return site;
}

async function fileAt(repository: Repository, ref: string, path: string): Promise<Buffer> {
  const sha = await repository.git.resolve(ref);
  const commit = sha && (await repository.git.store.commit(sha));
  const entry = commit && (await repository.git.store.entryAt(commit.tree, path));
  const data = entry && (await repository.git.store.blob(entry.sha));
  if (!data) throw notFound();
  return data;
}
