import { join } from 'node:path';
import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from './stage.ts';

/** What a user does with a repository of his own: made, filled, guarded, renamed, hidden; with rights and without. */

const AT = { owner: 'nova', repo: 'machine' };
const FILE = { ...AT, message: 'Write', content: Buffer.from('on: workflow_dispatch\n').toString('base64') };
const WORKFLOW = '.github/workflows/experiment.yml';

let stage: Stage;
let nova: Octokit;
beforeAll(async () => {
  stage = await setStage();
  nova = stage.as('nova');
}, 60_000);
afterAll(async () => {
  expect(stage.honesty.violations).toEqual([]);
  await stage.clear();
});

const heard = (event: string, test: (payload: { [key: string]: unknown }) => boolean) =>
  stage.until(
    () => stage.heard.find((one) => one.event === event && test(one.payload)),
    `${event} is delivered`,
  );
const withScopes = async (...scopes: string[]) => {
  const { token } = await stage.control.token('nova', scopes);
  return stage.octokitWith({ auth: token });
};
const headOf = async (ref: string) =>
  (await nova.rest.git.getRef({ ...AT, ref: `heads/${ref}` })).data.object.sha;

it('is made with a first commit, once', async () => {
  const wanted = { name: 'machine', description: 'Mine', auto_init: true, private: false };
  const { data, headers } = await nova.rest.repos.createForAuthenticatedUser(wanted);
  expect(data).toMatchObject({ full_name: 'nova/machine', description: 'Mine', default_branch: 'main' });
  expect(headers['x-oauth-scopes']).toContain('workflow');
  const { data: readme } = await nova.rest.repos.getReadme(AT);
  expect(Buffer.from(readme.content, 'base64').toString()).toBe('# machine\nMine\n');
  await expect(nova.rest.repos.createForAuthenticatedUser(wanted)).rejects.toMatchObject({ status: 422 });
  await stage.control.install(stage.app.id, ['nova/machine']);
});

it('its Actions are guarded by its administrator alone', async () => {
  const path = '/repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval';
  const approval_policy = 'all_external_contributors';
  expect((await nova.request(`PUT ${path}`, { ...AT, approval_policy })).status).toBe(204);
  expect((await nova.request(`GET ${path}`, AT)).data).toEqual({ approval_policy });
  await expect(stage.as('orion').request(`PUT ${path}`, { ...AT, approval_policy })).rejects.toMatchObject({
    status: 403,
  });
  const actions = '/repos/{owner}/{repo}/actions/permissions';
  await nova.request(`PUT ${actions}`, { ...AT, enabled: false });
  expect((await nova.request(`GET ${actions}`, AT)).data).toMatchObject({ enabled: false });
  await nova.request(`PUT ${actions}`, { ...AT, enabled: true, allowed_actions: 'all' });
});

describe('a token', () => {
  it('without the right to write workflows writes everything else', async () => {
    const octokit = await withScopes('repo');
    const { headers } = await octokit.rest.users.getAuthenticated();
    expect(headers['x-oauth-scopes']).toBe('repo');
    await octokit.rest.repos.createOrUpdateFileContents({ ...FILE, path: 'machine.yml' });
    await expect(
      octokit.rest.repos.createOrUpdateFileContents({ ...FILE, path: WORKFLOW }),
    ).rejects.toMatchObject({ status: 404 });
    const content = 'on: push\n';
    const tree = [{ path: WORKFLOW, mode: '100644' as const, type: 'blob' as const, content }];
    const head = await headOf('main');
    const made = await octokit.rest.git.createTree({ ...AT, base_tree: head, tree });
    const commit = { ...AT, message: 'Sneak', tree: made.data.sha, parents: [head] };
    const { sha } = (await octokit.rest.git.createCommit(commit)).data;
    await expect(octokit.rest.git.updateRef({ ...AT, ref: 'heads/main', sha })).rejects.toThrow(
      'without `workflow` scope',
    );
    await expect(octokit.rest.git.createRef({ ...AT, ref: 'refs/heads/new', sha })).rejects.toThrow(
      'without `workflow` scope',
    );
  });

  it('without any right reads what is public and finds nothing to change', async () => {
    const octokit = await withScopes();
    expect((await octokit.rest.repos.get(AT)).data.permissions?.admin).toBe(false);
    const name = 'other';
    await expect(
      octokit.rest.repos.createForAuthenticatedUser({ name, auto_init: true }),
    ).rejects.toMatchObject({
      status: 404,
    });
    const mint = { ...AT, name: 'x', labels: ['x'], runner_group_id: 1 };
    await expect(octokit.rest.actions.generateRunnerJitconfigForRepo(mint)).rejects.toMatchObject({
      status: 404,
    });
    await expect(octokit.rest.issues.create({ ...AT, title: 'x' })).rejects.toMatchObject({ status: 404 });
  });

  it('with both rights writes the workflow', async () => {
    const octokit = await withScopes('repo', 'workflow');
    await octokit.rest.repos.createOrUpdateFileContents({ ...FILE, path: WORKFLOW });
  });
});

it('its state is one commit without parents, pushed by force; each push is told with its message', async () => {
  const tree = (await nova.rest.git.getCommit({ ...AT, commit_sha: await headOf('main') })).data.tree.sha;
  const say = async (message: string) =>
    (await nova.rest.git.createCommit({ ...AT, message, tree, parents: [] })).data.sha;
  const first = await say('free 1');
  await nova.rest.git.createRef({ ...AT, ref: 'refs/heads/state', sha: first });
  const second = await say('free 2');
  const move = { ...AT, ref: 'heads/state', sha: second };
  await expect(nova.rest.git.updateRef({ ...move, force: false })).rejects.toMatchObject({ status: 422 });
  await nova.rest.git.updateRef({ ...move, force: true });
  const pushed = (after: string) => heard('push', (one) => one.after === after);
  expect((await pushed(first)).payload).toMatchObject({
    ref: 'refs/heads/state',
    created: true,
    head_commit: { id: first, message: 'free 1', tree_id: tree },
  });
  const { payload } = await pushed(second);
  expect(payload).toMatchObject({
    forced: true,
    before: first,
    head_commit: { id: second, message: 'free 2', tree_id: tree, timestamp: expect.any(String) },
    repository: { full_name: 'nova/machine' },
  });
});

it('renamed, its old name leads to it for REST, GraphQL and git, until another takes that name', async () => {
  const { data: before } = await nova.rest.repos.get(AT);
  await nova.rest.repos.update({ ...AT, name: 'desk' });
  const { data, status, url } = await nova.rest.repos.get(AT);
  expect([data.full_name, data.id, status]).toEqual(['nova/desk', before.id, 200]);
  expect(url).toBe(`${stage.url}/repositories/${before.id}`);
  const answer = await fetch(`${stage.url}/repos/nova/machine/actions/runs?status=queued`, {
    redirect: 'manual',
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([
    301,
    `${stage.url}/repositories/${before.id}/actions/runs?status=queued`,
  ]);
  await nova.rest.repos.createOrUpdateFileContents({ ...FILE, path: 'later.md' }); // 307: with its body
  const query = 'query { repository(owner: "nova", name: "machine") { nameWithOwner isPrivate } }';
  expect(await nova.graphql(query)).toEqual({ repository: { nameWithOwner: 'nova/desk', isPrivate: false } });
  const clone = join(stage.folder, 'renamed');
  await stage.git(stage.folder, 'clone', '--quiet', stage.remote('nova', 'nova/machine'), clone);
  expect(await stage.git(clone, 'rev-parse', 'HEAD')).toBe(
    (await nova.rest.git.getRef({ ...AT, repo: 'desk', ref: 'heads/main' })).data.object.sha,
  );
  await nova.rest.repos.createForAuthenticatedUser({ name: 'machine', auto_init: true });
  expect((await nova.rest.repos.get(AT)).data.full_name).toBe('nova/machine');
  const byId = await nova.request('GET /repositories/{id}', { id: before.id });
  expect(byId.data.full_name).toBe('nova/desk');
});

it('hidden, it is there for its owner and for the App alone', async () => {
  const at = { owner: 'nova', repo: 'desk' };
  await nova.rest.repos.update({ ...at, private: true });
  expect((await nova.rest.repos.get(at)).data.private).toBe(true);
  const gone = { status: 404 };
  await expect(stage.as('orion').rest.repos.get(at)).rejects.toMatchObject(gone);
  await expect(stage.anonymous.rest.actions.listWorkflowRunsForRepo(at)).rejects.toMatchObject(gone);
  const query = 'query { repository(owner: "nova", name: "desk") { id } }';
  await expect(stage.as('orion').graphql(query)).rejects.toThrow('Could not resolve');
  const { data: theirs } = await stage.as('orion').rest.repos.listForUser({ username: 'nova' });
  expect(theirs.map((one) => one.full_name)).toEqual(['nova/machine']);
  const clone = (login: string) =>
    stage.git(
      stage.folder,
      'clone',
      '--quiet',
      stage.remote(login, 'nova/desk'),
      join(stage.folder, `hidden-${login}`),
    );
  await clone('nova');
  await expect(clone('orion')).rejects.toThrow(/not found/i);
  expect((await fetch(`${stage.url}/nova/desk/raw/main/README.md`)).status).toBe(404);
  await nova.rest.repos.update({ ...at, visibility: 'public' });
  expect((await stage.as('orion').rest.repos.get(at)).status).toBe(200);
});

it('tells an App that listens to repositories what became of it', async () => {
  await stage.control.app({
    slug: 'listener',
    repository: 'nova/machine',
    webhook_url: (await stage.control.deliveries())[0]!.url,
    webhook_secret: 'secret',
    events: ['repository'],
  });
  await nova.rest.repos.update({ ...AT, name: 'renamed' });
  expect((await heard('repository', (one) => one.action === 'renamed')).payload.changes).toEqual({
    repository: { name: { from: 'machine' } },
  });
  await nova.rest.repos.update({ ...AT, repo: 'renamed', private: true });
  await heard('repository', (one) => one.action === 'privatized');
  await nova.rest.repos.delete({ ...AT, repo: 'renamed' });
  await heard('repository', (one) => one.action === 'deleted');
});
