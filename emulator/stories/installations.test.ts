import { createAppAuth } from '@octokit/auth-app';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOME, type Stage, setStage } from './stage.ts';

/** One App on repositories of several owners: who hears what, and what each installation's token reaches. */

let stage: Stage;
let nova: { id: number };
beforeAll(async () => {
  stage = await setStage();
  for (const [owner, name] of [
    ['nova', 'machine'],
    ['nova', 'notes'],
    ['orion', 'machine'],
  ] as const)
    await stage.control.repository({ owner, name, from: stage.source });
  nova = await stage.control.install(stage.app.id, ['nova/machine']);
  await stage.control.install(stage.app.id, ['orion/machine']);
}, 60_000);
afterAll(async () => {
  expect(stage.honesty.violations).toEqual([]);
  await stage.clear();
});

const app = () =>
  stage.octokitWith({
    authStrategy: createAppAuth,
    auth: { appId: stage.app.id, privateKey: stage.app.private_key },
  });
const at = (installationId: number) =>
  stage.octokitWith({
    authStrategy: createAppAuth,
    auth: { appId: stage.app.id, privateKey: stage.app.private_key, installationId },
  });
const commit = (login: string, repo: string, branch = 'main') =>
  stage.as(login).rest.repos.createOrUpdateFileContents({
    ...{ owner: login, repo, branch, path: `note-${stage.heard.length}.md`, message: 'A note' },
    content: Buffer.from('x').toString('base64'),
  });
const heard = (event: string, action: string | undefined, installation: number) =>
  stage.until(
    () =>
      stage.heard.findLast(
        ({ event: name, payload }) =>
          name === event && payload.action === action && payload.installation?.id === installation,
      ),
    `${event} ${action} of ${installation}`,
  );

it('each account has an installation, and the App lists them all', async () => {
  const { data } = await app().rest.apps.listInstallations();
  expect(data.map((one) => one.account && 'login' in one.account && one.account.login)).toEqual([
    'swarm',
    'nova',
    'orion',
  ]);
  const { payload } = await heard('installation', 'created', nova.id);
  expect(payload.repositories).toMatchObject([{ full_name: 'nova/machine', private: false }]);
  expect(payload.sender).toMatchObject({ login: 'nova' });
});

it("a token reaches its own installation's repositories, and reads the others", async () => {
  const { data } = await at(nova.id).rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map((one) => one.full_name)).toEqual(['nova/machine']);
  const sha = (
    await stage.as('nova').rest.repos.getBranch({ owner: 'nova', repo: 'machine', branch: 'main' })
  ).data.commit.sha;
  const check = (owner: string, repo: string) =>
    at(nova.id).rest.checks.create({ owner, repo, name: 'descent machine', head_sha: sha });
  expect((await check('nova', 'machine')).status).toBe(201);
  await expect(check('nova', 'notes')).rejects.toMatchObject({ status: 403 });
  await expect(check('orion', 'machine')).rejects.toMatchObject({ status: 403 });
  const path = 'README.md';
  expect((await at(nova.id).rest.repos.getContent({ ...HOME, path })).status).toBe(200);
});

it('a token fetches an artifact of a public repository elsewhere; at home it needs the permission', async () => {
  const order = { ...HOME, workflow_id: 'experiment.yml', ref: 'main', inputs: { job: '{}', title: 'x' } };
  await stage.as('swarm').rest.actions.createWorkflowDispatch(order);
  const { body } = await stage.ask('POST', 'acquire');
  await stage.ask('PUT', `runs/${body.runId}/artifacts/report`, new Uint8Array([80, 75, 5, 6]));
  await stage.ask('POST', `jobs/${body.jobId}/complete`, { conclusion: 'success', log: '' });
  const { data } = await at(nova.id).rest.actions.listWorkflowRunArtifacts({ ...HOME, run_id: body.runId });
  const wanted = { ...HOME, artifact_id: data.artifacts[0]!.id, archive_format: 'zip' };
  expect((await at(nova.id).rest.actions.downloadArtifact(wanted)).status).toBe(200);
  const fewer = { installation_id: stage.app.installation_id, permissions: { contents: 'read' as const } };
  const made = await app().rest.apps.createInstallationAccessToken(fewer);
  const home = stage.octokitWith({ auth: made.data.token });
  await expect(home.rest.actions.downloadArtifact(wanted)).rejects.toMatchObject({ status: 403 });
});

it('a token may be made for fewer repositories and permissions', async () => {
  await stage.control.changeInstallation(nova.id, { repositories: ['nova/machine', 'nova/notes'] });
  expect((await heard('installation_repositories', 'added', nova.id)).payload).toMatchObject({
    repositories_added: [{ full_name: 'nova/notes' }],
    repositories_removed: [],
  });
  const request = {
    installation_id: nova.id,
    repositories: ['notes'],
    permissions: { contents: 'read' as const },
  };
  const { data } = await app().rest.apps.createInstallationAccessToken(request);
  const octokit = stage.octokitWith({ auth: data.token });
  const { data: reached } = await octokit.rest.apps.listReposAccessibleToInstallation();
  expect(reached.repositories.map((one) => one.full_name)).toEqual(['nova/notes']);
  const foreign = { installation_id: nova.id, repositories: ['descent'] };
  await expect(app().rest.apps.createInstallationAccessToken(foreign)).rejects.toMatchObject({ status: 422 });
});

it('what happens in a repository is told to the installation that has it, and to no other', async () => {
  const before = stage.heard.length;
  await commit('nova', 'machine');
  await commit('nova', 'notes');
  await stage.control.changeInstallation(nova.id, { repositories: ['nova/machine'] });
  await heard('installation_repositories', 'removed', nova.id);
  await commit('nova', 'notes');
  await commit('orion', 'machine');
  await stage.until(
    () => (stage.heard.slice(before).filter((one) => one.event === 'push').length === 3 ? true : undefined),
    'three pushes',
  );
  const pushes = stage.heard.slice(before).filter((one) => one.event === 'push');
  const told = pushes.map(({ payload }) => (payload.repository as { full_name: string }).full_name);
  expect(told.sort()).toEqual(['nova/machine', 'nova/notes', 'orion/machine']);
  expect((await stage.control.deliveries()).filter((one) => one.outcome === 'failed')).toEqual([]);
});

it("the owner's own token adds and removes repositories; the last one stays", async () => {
  const { data } = await stage.as('nova').rest.repos.get({ owner: 'nova', repo: 'notes' });
  const which = { installation_id: nova.id, repository_id: data.id };
  expect((await stage.as('nova').rest.apps.addRepoToInstallationForAuthenticatedUser(which)).status).toBe(
    204,
  );
  await expect(
    stage.as('orion').rest.apps.addRepoToInstallationForAuthenticatedUser(which),
  ).rejects.toMatchObject({ status: 404 });
  const remove = () => stage.as('nova').rest.apps.removeRepoFromInstallationForAuthenticatedUser(which);
  expect((await remove()).status).toBe(204);
  await expect(remove()).rejects.toMatchObject({ status: 404 });
});

it('a suspended installation hears and does nothing; its tokens rest', async () => {
  const { data } = await app().rest.apps.createInstallationAccessToken({ installation_id: nova.id });
  const octokit = stage.octokitWith({ auth: data.token });
  await stage.control.changeInstallation(nova.id, { suspended: true });
  await heard('installation', 'suspend', nova.id);
  await expect(octokit.rest.repos.get({ owner: 'nova', repo: 'machine' })).rejects.toMatchObject({
    status: 403,
  });
  await expect(
    app().rest.apps.createInstallationAccessToken({ installation_id: nova.id }),
  ).rejects.toMatchObject({ status: 403 });
  const listed = await app().rest.apps.getInstallation({ installation_id: nova.id });
  expect(listed.data.suspended_by).toMatchObject({ login: 'nova' });
  const pushes = () => stage.heard.filter((one) => one.event === 'push').length;
  const before = pushes();
  await commit('nova', 'machine');
  await stage.control.changeInstallation(nova.id, { suspended: false });
  await heard('installation', 'unsuspend', nova.id);
  expect(pushes()).toBe(before);
  expect((await octokit.rest.repos.get({ owner: 'nova', repo: 'machine' })).status).toBe(200);
});

it('uninstalled, its tokens are good for nothing, and it may be installed again', async () => {
  const { data } = await app().rest.apps.createInstallationAccessToken({ installation_id: nova.id });
  await expect(stage.control.install(stage.app.id, ['nova/notes'])).rejects.toThrow('already');
  await stage.control.uninstall(nova.id);
  expect((await heard('installation', 'deleted', nova.id)).payload.repositories).toMatchObject([
    { full_name: 'nova/machine' },
  ]);
  const octokit = stage.octokitWith({ auth: data.token });
  await expect(octokit.rest.repos.get({ owner: 'nova', repo: 'machine' })).rejects.toMatchObject({
    status: 401,
  });
  nova = await stage.control.install(stage.app.id, ['nova/notes']);
  await heard('installation', 'created', nova.id);
});

it('a deleted repository leaves its installation', async () => {
  await stage.as('nova').rest.repos.delete({ owner: 'nova', repo: 'notes' });
  expect((await heard('installation_repositories', 'removed', nova.id)).payload).toMatchObject({
    repositories_removed: [{ full_name: 'nova/notes' }],
  });
});

it('an App that is not public is installed by its owner alone', async () => {
  const own = await stage.control.app({ slug: 'private', repository: 'swarm/descent', public: false });
  await expect(stage.control.install(own.id, ['orion/machine'])).rejects.toThrow('404');
  await expect(stage.control.install(stage.app.id, ['nova/machine', 'orion/machine'])).rejects.toThrow(
    'one account',
  );
});
