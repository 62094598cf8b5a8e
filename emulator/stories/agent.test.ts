import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOME, type Stage, setStage } from './stage.ts';

describe('an agent with plain git and Octokit', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await setStage();
  });
  afterEach(async () => {
    await stage.clear();
    expect(stage.honesty.violations).toEqual([]);
    expect(stage.honesty.checked()).toBeGreaterThan(0);
  });

  it('clones without an account, forks, pushes and opens a pull request', async () => {
    const clone = join(stage.folder, 'clone');
    await stage.git(stage.folder, 'clone', '--quiet', `${stage.url}/swarm/descent.git`, clone);
    expect(await readFile(join(clone, 'train/train.py'), 'utf8')).toContain('return 1');
    expect(await stage.git(clone, 'branch', '--show-current')).toBe('main');

    const { number, sha, data } = await stage.proposal('nova', 'idea', 'def train(task):\n    return 2\n');
    expect(data).toMatchObject({
      state: 'open',
      changed_files: 1,
      additions: 1,
      deletions: 1,
      mergeable: true,
      head: { label: 'nova:idea', repo: { full_name: 'nova/descent', fork: true } },
      base: { ref: 'main' },
      user: { login: 'nova' },
    });
    const { data: files } = await stage.as('orion').rest.pulls.listFiles({ ...HOME, pull_number: number });
    expect(files).toMatchObject([{ filename: 'train/train.py', status: 'modified' }]);
    expect(files[0]!.patch).toContain('+    return 2');

    const { data: blob } = await stage.anonymous.rest.git.getBlob({ ...HOME, file_sha: files[0]!.sha! });
    expect(Buffer.from(blob.content, 'base64').toString()).toContain('return 2');
    expect(await stage.git(clone, 'ls-remote', 'origin', `refs/pull/${number}/head`)).toContain(sha);
  });

  it('pushes again, and the pull request and its webhook follow', async () => {
    const { clone, number, sha } = await stage.proposal('nova', 'second', 'def train(task):\n    return 3\n');
    await writeFile(join(clone, 'train/train.py'), 'def train(task):\n    return 4\n');
    await stage.git(clone, 'commit', '--quiet', '-am', 'Again');
    await stage.git(clone, 'push', '--quiet', 'fork', 'second');
    const after = await stage.git(clone, 'rev-parse', 'HEAD');
    const { data } = await stage.as('nova').rest.pulls.get({ ...HOME, pull_number: number });
    expect(data.head.sha).toBe(after);
    expect(data.commits).toBe(2);
    const delivered = await stage.until(
      () => stage.heard.find((h) => h.payload.action === 'synchronize' && h.payload.number === number),
      'synchronize',
    );
    expect(delivered).toMatchObject({
      signed: true,
      payload: { before: sha, after, installation: { id: stage.app.installation_id } },
    });
  });

  it('is refused what GitHub refuses', async () => {
    const { number } = await stage.proposal('nova', 'idea', 'def train(task):\n    return 2\n');
    const main = await stage.anonymous.rest.git.getRef({ ...HOME, ref: 'heads/main' });
    const sha = main.data.object.sha;
    const clone = join(stage.folder, 'forbidden');
    await stage.git(stage.folder, 'clone', '--quiet', stage.remote('nova', 'swarm/descent'), clone);
    await expect(stage.git(clone, 'push', 'origin', 'main:refs/heads/mine')).rejects.toThrow(/403/);
    await expect(
      stage.git(clone, 'push', stage.remote('nova', 'nova/descent'), 'main:refs/pull/1/head'),
    ).rejects.toThrow(/hidden ref|denied|deny/);
    await expect(stage.git(clone, 'push', `${stage.url}/nova/descent.git`, 'main:x')).rejects.toThrow(
      /could not read Username|Authentication/,
    );
    const nova = stage.as('nova').rest;
    await expect(nova.checks.create({ ...HOME, name: 'fake', head_sha: sha })).rejects.toMatchObject({
      status: 403,
    });
    await expect(nova.git.createRef({ ...HOME, ref: 'refs/heads/x', sha })).rejects.toMatchObject({
      status: 403,
    });
    await expect(
      nova.issues.addLabels({ ...HOME, issue_number: number, labels: ['improved'] }),
    ).rejects.toMatchObject({ status: 403 });
    await expect(
      nova.actions.createWorkflowDispatch({ ...HOME, workflow_id: 'experiment.yml', ref: 'main' }),
    ).rejects.toMatchObject({ status: 403 });
    await expect(
      stage.anonymous.rest.issues.createComment({ ...HOME, issue_number: number, body: 'hi' }),
    ).rejects.toMatchObject({ status: 401 });
    await expect(stage.octokitWith({ auth: 'ghp_wrong' }).rest.repos.get(HOME)).rejects.toMatchObject({
      status: 401,
    });
    await expect(
      nova.pulls.create({ ...HOME, base: 'main', head: 'nova:idea', title: 'again' }),
    ).rejects.toThrow(/already exists/);
    await expect(
      nova.pulls.create({ ...HOME, base: 'main', head: 'nova:main', title: 'none' }),
    ).rejects.toThrow(/No commits between/);
    await expect(
      stage.as('orion').rest.pulls.update({ ...HOME, pull_number: number, state: 'closed' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('works with the contents API, closes and reopens its own pull request, reads pages', async () => {
    const nova = stage.as('nova').rest;
    const mine = { owner: 'nova', repo: 'descent' };
    await nova.repos.createFork(HOME);
    const { data: main } = await nova.git.getRef({ ...mine, ref: 'heads/main' });
    await nova.git.createRef({ ...mine, ref: 'refs/heads/web', sha: main.object.sha });
    const { data: old } = await nova.repos.getContent({ ...mine, path: 'train/train.py', ref: 'web' });
    const write = { ...mine, path: 'train/train.py', branch: 'web', message: 'From the web' };
    const content = Buffer.from('def train(task):\n    return 9\n').toString('base64');
    await expect(nova.repos.createOrUpdateFileContents({ ...write, content })).rejects.toMatchObject({
      status: 422,
    });
    if (Array.isArray(old) || old.type !== 'file') throw new Error('not a file');
    const { data: written } = await nova.repos.createOrUpdateFileContents({
      ...write,
      content,
      sha: old.sha,
    });
    const { data: pull } = await nova.pulls.create({
      ...HOME,
      base: 'main',
      head: 'nova:web',
      title: 'Web',
      draft: true,
    });
    expect(pull).toMatchObject({ draft: true, head: { sha: written.commit.sha } });
    const number = { ...HOME, pull_number: pull.number };
    expect((await nova.pulls.update({ ...number, state: 'closed' })).data.state).toBe('closed');
    expect((await nova.pulls.update({ ...number, state: 'open', body: 'new' })).data).toMatchObject({
      state: 'open',
      body: 'new',
    });
    for (const body of ['one', 'two', 'three'])
      await nova.issues.createComment({ ...HOME, issue_number: pull.number, body });
    const { data: listed } = await nova.issues.listForRepo({ ...HOME, state: 'all', creator: 'nova' });
    expect(listed[0]).toMatchObject({ number: pull.number, draft: true, comments: 3 });
    const page = { ...HOME, issue_number: pull.number, per_page: 2 };
    const first = await nova.issues.listComments(page);
    expect(first.headers.link).toContain('rel="next"');
    expect(await stage.as('nova').paginate(nova.issues.listComments, page)).toHaveLength(3);
    const tagged = await nova.repos.get({ ...HOME });
    const again = nova.repos.get({ ...HOME, headers: { 'if-none-match': tagged.headers.etag } });
    await expect(again).rejects.toMatchObject({ status: 304 });
    const { data: compared } = await nova.repos.compareCommitsWithBasehead({
      ...HOME,
      basehead: 'main...nova:web',
    });
    expect(compared).toMatchObject({ status: 'ahead', ahead_by: 1, files: [{ filename: 'train/train.py' }] });
  });

  it('follows a link to a page', async () => {
    const { data } = await stage.proposal('nova', 'idea', 'def train(task):\n    return 2\n');
    const page = await fetch(data.html_url);
    expect(await page.text()).toContain('hypothesis: smaller batches');
    const file = await fetch(`${stage.url}/swarm/descent/blob/main/README.md`);
    expect(await file.text()).toBe('# descent\n');
  });
});
