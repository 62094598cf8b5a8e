import { z } from 'zod';
import { apiUrl, htmlUrl } from '../shapes/repository.ts';
import { artifactShape, jobShape, runShape, workflowShape } from '../shapes/run.ts';
import type { Storage } from '../storage.ts';
import { runLogs } from '../world/actions/logs.ts';
import { cancelRun, dispatch, findWorkflow, rerun, workflowsAt } from '../world/actions/runs.ts';
import type { Artifact, Job, Repository, WorkflowRun } from '../world/model.ts';
import { need, signedIn } from '../world/permissions.ts';
import { notFound, RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, paged, repositoryOf } from './kit.ts';

/** GitHub Actions: workflows, dispatch, runs, jobs, artifacts. */

const order = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  return_run_details: z.boolean().default(false),
});

export function actionRoutes(api: Api, world: World, storage: Storage): void {
  const at = '/repos/:owner/:repo/actions';

  api.get(`${at}/workflows`, async (c) => {
    const repository = repositoryOf(c, world);
    const tip = await repository.git.resolve(`refs/heads/${repository.defaultBranch}`);
    const all = tip ? await workflowsAt(world, repository, tip) : [];
    const workflows = paged(c, all).map((w) => workflowShape(world, repository, w));
    return c.json({ total_count: all.length, workflows });
  });
  api.get(`${at}/workflows/:workflow`, async (c) => {
    const repository = repositoryOf(c, world);
    return c.json(
      workflowShape(world, repository, await findWorkflow(world, repository, c.req.param('workflow'))),
    );
  });
  api.post(`${at}/workflows/:workflow/dispatches`, async (c) => {
    const repository = repositoryOf(c, world);
    const { ref, inputs, return_run_details: details } = await bodyOf(c, order);
    const run = await dispatch(world, c.get('actor'), repository, c.req.param('workflow'), ref, inputs);
    if (!details) return c.body(null, 204);
    return c.json({
      workflow_run_id: run.id,
      run_url: apiUrl(world, repository, `/actions/runs/${run.id}`),
      html_url: htmlUrl(world, repository, `/actions/runs/${run.id}`),
    });
  });

  const listRuns = async (c: Ask, runs: WorkflowRun[]) => {
    const { status, event, branch, actor, head_sha: sha, created } = c.req.query();
    const since = /^>=?(.+)$/.exec(created ?? '')?.[1];
    const found = runs
      .filter((r) => !status || r.status === status || r.conclusion === status)
      .filter((r) => !event || r.event === event)
      .filter((r) => !branch || r.branch === branch)
      .filter((r) => !actor || r.actor.login === actor)
      .filter((r) => !sha || r.sha === sha)
      .filter((r) => !since || Date.parse(r.createdAt) >= Date.parse(since))
      .reverse();
    const shapes = await Promise.all(paged(c, found).map((r) => runShape(world, r)));
    return c.json({ total_count: found.length, workflow_runs: shapes });
  };
  api.get(`${at}/runs`, (c) => listRuns(c, runsOf(repositoryOf(c, world))));
  api.get(`${at}/workflows/:workflow/runs`, async (c) => {
    const repository = repositoryOf(c, world);
    const { id } = await findWorkflow(world, repository, c.req.param('workflow'));
    return listRuns(
      c,
      runsOf(repository).filter((r) => r.workflowId === id),
    );
  });
  api.get(`${at}/runs/:id`, async (c) => c.json(await runShape(world, run(c))));
  api.post(`${at}/runs/:id/rerun`, async (c) => {
    await rerun(world, c.get('actor'), run(c));
    return c.json({}, 201);
  });
  api.post(`${at}/runs/:id/cancel`, async (c) => {
    await cancelRun(world, c.get('actor'), run(c), false);
    return c.json({}, 202);
  });
  api.post(`${at}/runs/:id/force-cancel`, async (c) => {
    await cancelRun(world, c.get('actor'), run(c), true);
    return c.json({}, 202);
  });

  api.get(`${at}/runs/:id/jobs`, (c) => {
    const { jobs: latest, formerJobs } = run(c);
    const jobs = c.req.query('filter') === 'all' ? [...formerJobs, ...latest] : latest;
    return c.json({ total_count: jobs.length, jobs: paged(c, jobs).map((j) => jobShape(world, j)) });
  });
  api.get(`${at}/runs/:id/logs`, (c) => {
    signedIn(c.get('actor'));
    return c.redirect(storage.offer({ archive: runLogs(run(c)) }), 302);
  });
  api.get(`${at}/jobs/:id`, (c) => c.json(jobShape(world, job(c))));
  api.get(`${at}/jobs/:id/logs`, (c) => {
    signedIn(c.get('actor'));
    return c.redirect(storage.offer({ text: job(c).log }), 302);
  });

  const listArtifacts = (c: Ask, artifacts: Artifact[]) => {
    const name = c.req.query('name');
    const found = artifacts.filter((a) => !name || a.name === name);
    return c.json({
      total_count: found.length,
      artifacts: paged(c, found).map((a) => artifactShape(world, a)),
    });
  };
  api.get(`${at}/artifacts`, (c) => {
    const repository = repositoryOf(c, world);
    return listArtifacts(
      c,
      [...world.artifacts.values()].filter((a) => a.run.repository === repository).reverse(),
    );
  });
  api.get(`${at}/runs/:id/artifacts`, (c) => listArtifacts(c, run(c).artifacts));
  api.get(`${at}/artifacts/:id`, (c) => c.json(artifactShape(world, artifact(c))));
  api.get(`${at}/artifacts/:id/:format`, (c) => {
    const { file, expiresAt, run } = artifact(c);
    const actor = signedIn(c.get('actor'));
    const own = actor.kind === 'integration' && actor.repositories.has(run.repository);
    if (own) need(actor, run.repository, 'actions', 'read'); // elsewhere it reads what is public
    if (c.req.param('format') !== 'zip') throw notFound();
    if (Date.parse(expiresAt) <= world.now().getTime()) throw new RefusedError(410, 'Artifact has expired');
    return c.redirect(storage.offer({ file }), 302);
  });

  function runsOf(repository: Repository): WorkflowRun[] {
    return [...world.runs.values()].filter((r) => r.repository === repository);
  }
  function run(c: Ask): WorkflowRun {
    const found = world.runs.get(idOf(c, 'id'));
    if (found?.repository !== repositoryOf(c, world)) throw notFound();
    return found;
  }
  function job(c: Ask): Job {
    const found = world.jobs.get(idOf(c, 'id'));
    if (found?.run.repository !== repositoryOf(c, world)) throw notFound();
    return found;
  }
  function artifact(c: Ask): Artifact {
    const found = world.artifacts.get(idOf(c, 'id'));
    if (found?.run.repository !== repositoryOf(c, world)) throw notFound();
    return found;
  }
}
