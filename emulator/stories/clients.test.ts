import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOME, type Stage, setStage } from './stage.ts';

describe('what other clients ask for', () => {
  let stage: Stage;
  let number: number;
  let sha: string;
  beforeEach(async () => {
    stage = await setStage();
    ({ number, sha } = await stage.proposal('nova', 'idea', 'def train(task):\n    return 2\n'));
  });
  afterEach(async () => {
    await stage.clear();
    expect(stage.honesty.violations).toEqual([]);
  });
  const nova = () => stage.as('nova').rest;
  const swarm = () => stage.as('swarm').rest;
  const issue = () => ({ ...HOME, issue_number: number });
  const pull = () => ({ ...HOME, pull_number: number });

  it('git finds a repository without .git and in any case, and is refused in words what is not served', async () => {
    const clone = join(stage.folder, 'plain');
    await stage.git(stage.folder, 'clone', '--quiet', `${stage.url}/SWARM/Descent`, clone);
    await stage.git(clone, 'checkout', '--quiet', '-b', 'plain');
    await stage.git(clone, 'commit', '--quiet', '--allow-empty', '--message', 'Nothing');
    await stage.git(
      clone,
      'push',
      '--quiet',
      stage.remote('nova', 'Nova/DESCENT').replace(/\.git$/, ''),
      'plain',
    );
    await stage.git(clone, 'fetch', '--quiet', `${stage.url}/nova/descent/`, 'plain');
    const said = async (path: string, method = 'GET') => {
      const answer = await fetch(`${stage.url}/swarm/descent${path}`, { method });
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await said('/info/refs')).toMatch(/^403 .*upgrade your git/);
    expect(await said('.git/info/refs?service=git-upload-archive')).toBe(
      '403 Unsupported service: git-upload-archive\n',
    );
    expect(await said('.git/info/lfs/objects/batch', 'POST')).toMatch(/^501 .*does not play Git LFS/);
    expect(await said('.git/objects/info/packs')).toMatch(/^403 /);
    expect(await said('/pull/1.patch')).toMatch(/^200 From .*Subject: \[PATCH\] Change the training/s);
  });

  it('a request as JSON, diff and patch; its lists of reviews are there, and empty', async () => {
    const text = async (format: string) =>
      String((await nova().pulls.get({ ...pull(), mediaType: { format } })).data);
    expect(await text('diff')).toMatch(/^diff --git/);
    expect(await text('patch')).toMatch(/^From .*Subject: \[PATCH\] Change the training/s);
    const commit = await nova().repos.getCommit({ ...HOME, ref: sha, mediaType: { format: 'patch' } });
    expect(String(commit.data)).toMatch(/^From /);
    expect((await nova().pulls.listReviews(pull())).data).toEqual([]);
    expect((await nova().pulls.listReviewComments(pull())).data).toEqual([]);
    expect((await nova().pulls.listRequestedReviewers(pull())).data).toEqual({ users: [], teams: [] });
  });

  it('reactions are counted, once for each account', async () => {
    expect((await nova().reactions.createForIssue({ ...issue(), content: '+1' })).status).toBe(201);
    expect((await nova().reactions.createForIssue({ ...issue(), content: '+1' })).status).toBe(200);
    const { data: comment } = await nova().issues.createComment({ ...issue(), body: 'hello' });
    await swarm().reactions.createForIssueComment({ ...HOME, comment_id: comment.id, content: 'eyes' });
    expect((await nova().issues.get(issue())).data.reactions).toMatchObject({ '+1': 1, total_count: 1 });
    const { data: all } = await nova().reactions.listForIssue(issue());
    expect(all).toMatchObject([{ content: '+1', user: { login: 'nova' } }]);
    await nova().reactions.deleteForIssue({ ...issue(), reaction_id: all[0]!.id });
    expect((await nova().reactions.listForIssue(issue())).data).toEqual([]);
  });

  it('a stranger neither labels nor assigns: what GitHub drops in silence is dropped', async () => {
    const { data: made } = await nova().issues.create({ ...HOME, title: 'Mine', labels: ['improved'] });
    expect(made.labels).toEqual([]);
    const mine = { ...HOME, issue_number: made.number };
    expect(
      (await nova().issues.update({ ...mine, title: 'Still mine', labels: ['improved'] })).data,
    ).toMatchObject({
      title: 'Still mine',
      labels: [],
    });
    expect((await nova().issues.addAssignees({ ...mine, assignees: ['nova'] })).data.assignees).toEqual([]);
    const { data } = await swarm().issues.addAssignees({ ...mine, assignees: ['nova', 'orion', 'nobody'] });
    expect(data.assignees?.map((user) => user.login)).toEqual(['nova']);
    await expect(nova().issues.addLabels({ ...mine, labels: ['improved'] })).rejects.toMatchObject({
      status: 403,
    });
  });

  it('events and timeline tell what happened, in order', async () => {
    await nova().issues.createComment({ ...issue(), body: 'hello' });
    await swarm().issues.addLabels({ ...issue(), labels: ['idea'] });
    await nova().pulls.update({ ...pull(), title: 'Named again' });
    await nova().pulls.update({ ...pull(), state: 'closed' });
    await nova().pulls.update({ ...pull(), state: 'open' });
    const names = ['labeled', 'renamed', 'closed', 'reopened'];
    expect((await nova().issues.listEvents(issue())).data.map((one) => one.event)).toEqual(names);
    const { data: timeline } = await nova().issues.listEventsForTimeline({ ...issue(), per_page: 100 });
    const seen = timeline.map((one) => ('event' in one ? one.event : ''));
    expect(seen[0]).toBe('committed');
    expect(seen).toEqual(expect.arrayContaining(['commented', ...names]));
    expect((await nova().issues.listEventsForRepo(HOME)).data.map((one) => one.event).sort()).toEqual(
      [...names].sort(),
    );
    const activity = (await nova().activity.listRepoEvents(HOME)).data.map((one) => one.type);
    expect(activity).toEqual(expect.arrayContaining(['PullRequestEvent', 'IssueCommentEvent', 'ForkEvent']));
  });

  it('suites of check runs, and the older statuses, which are none', async () => {
    await stage.bot.rest.checks.create({ ...HOME, name: 'descent', head_sha: sha, conclusion: 'success' });
    const { data } = await nova().checks.listSuitesForRef({ ...HOME, ref: sha });
    expect(data).toMatchObject({
      total_count: 1,
      check_suites: [{ status: 'completed', conclusion: 'success' }],
    });
    const suite = { ...HOME, check_suite_id: data.check_suites[0]!.id };
    expect((await nova().checks.listForSuite(suite)).data.check_runs).toMatchObject([{ name: 'descent' }]);
    expect((await nova().checks.getSuite(suite)).data.head_sha).toBe(sha);
    const { data: combined } = await nova().repos.getCombinedStatusForRef({ ...HOME, ref: sha });
    expect(combined).toMatchObject({ state: 'pending', total_count: 0 });
    const rollup = `{ repository(owner: "swarm", name: "descent") { pullRequest(number: ${number}) {
      mergeStateStatus reviews { totalCount } autoMergeRequest { enabledAt }
      commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: 9) { nodes {
        ... on CheckRun { name checkSuite { workflowRun { databaseId } } } ... on StatusContext { state } } } } } } } } } }`;
    expect(JSON.stringify(await stage.as('nova').graphql(rollup))).toMatch(/"CLEAN".*"SUCCESS".*"descent"/);
  });

  it('the buttons of a check inform the App that made it, and only people with write access may press them', async () => {
    const { data: check } = await stage.bot.rest.checks.create({
      ...HOME,
      name: 'with buttons',
      head_sha: sha,
      conclusion: 'failure',
      actions: [{ label: 'Forgive', description: 'Take it back', identifier: 'forgive' }],
    });
    const press = (login: string, button: string) =>
      stage.control.press({ login, button, repository: 'swarm/descent', check_run: check.id });
    await expect(press('nova', 'Re-run')).rejects.toThrow('403');
    await expect(press('swarm', 'Burn it')).rejects.toThrow('has no button');
    const suite = { ...HOME, check_suite_id: check.check_suite!.id };
    for (const button of ['Re-run', 'Re-run all checks', 'forgive']) await press('swarm', button);
    const heard = async (event: string, action: string) =>
      (await stage.until(
        () => stage.heard.find((one) => one.event === event && one.payload.action === action),
        `${event} ${action}`,
      ))!.payload;
    expect(await heard('check_run', 'rerequested')).toMatchObject({
      sender: { login: 'swarm' },
      check_run: { id: check.id, head_sha: sha, status: 'completed', pull_requests: [] },
    });
    expect(await heard('check_suite', 'rerequested')).toMatchObject({
      check_suite: { id: suite.check_suite_id, status: 'queued', conclusion: null },
    });
    expect(await heard('check_run', 'requested_action')).toMatchObject({
      requested_action: { identifier: 'forgive' },
    });
    expect((await nova().checks.getSuite(suite)).data.status).toBe('queued');
    const again = { ...HOME, check_run_id: check.id };
    expect((await stage.bot.rest.checks.rerequestRun(again)).status).toBe(201);
    expect((await stage.bot.rest.checks.rerequestSuite(suite)).status).toBe(201);
    await expect(swarm().checks.rerequestRun(again)).rejects.toMatchObject({ status: 403 });
    await stage.bot.rest.checks.update({ ...again, status: 'in_progress' });
    await expect(stage.bot.rest.checks.rerequestRun(again)).rejects.toMatchObject({ status: 422 });
    await stage.bot.rest.checks.update({ ...again, conclusion: 'success' });
    expect((await nova().checks.getSuite(suite)).data.status).toBe('completed');
  });

  it('fields of two types that GitHub lets overlap are answered', async () => {
    const query = `{ repository(owner: "swarm", name: "descent") { issueOrPullRequest(number: ${number}) {
      ... on Issue { state } ... on PullRequest { state } } } }`;
    expect(await stage.as('nova').graphql(query)).toMatchObject({
      repository: { issueOrPullRequest: { state: 'OPEN' } },
    });
  });

  it('search finds by words and qualifiers, and names a qualifier that it does not know', async () => {
    await nova().issues.create({ ...HOME, title: 'Still mine' });
    await swarm().issues.addLabels({ ...issue(), labels: ['idea'] });
    const found = async (q: string) =>
      (await nova().search.issuesAndPullRequests({ q: `repo:swarm/descent ${q}` })).data.items.map(
        (i) => i.number,
      );
    expect(await found('is:pr is:open author:@me')).toEqual([number]);
    expect(await found('is:issue "still mine"')).toEqual([2]);
    expect(await found('-label:idea')).toEqual([2]);
    expect(await found('is:merged')).toEqual([]);
    await expect(found('language:python')).rejects.toThrow(/does not play the search's qualifier "language"/);
    expect((await nova().search.repos({ q: 'descent user:nova' })).data.total_count).toBe(1);
    const query = '{ search(type: ISSUE, first: 5, query: "repo:swarm/descent is:pr") { issueCount } }';
    expect(await stage.as('nova').graphql(query)).toEqual({ search: { issueCount: 1 } });
  });

  it('readme, tags, releases and people', async () => {
    expect((await nova().repos.getReadme(HOME)).data.path).toBe('README.md');
    await swarm().git.createRef({ ...HOME, ref: 'refs/tags/v1', sha: (await main()).sha });
    expect((await nova().repos.listTags(HOME)).data.map((tag) => tag.name)).toEqual(['v1']);
    expect((await nova().repos.listReleases(HOME)).data).toEqual([]);
    await expect(nova().repos.getLatestRelease(HOME)).rejects.toMatchObject({ status: 404 });
    expect((await nova().repos.getAllTopics(HOME)).data.names).toEqual([]);
    expect((await swarm().repos.listCollaborators(HOME)).data.map((one) => one.login)).toEqual(['swarm']);
    await expect(nova().repos.listCollaborators(HOME)).rejects.toMatchObject({ status: 403 });
    await expect(nova().repos.codeownersErrors(HOME)).rejects.toThrow(/The emulator does not play GET/);
  });

  it('a branch is brought up to date with its base by accounts that may push to it', async () => {
    await expect(nova().pulls.updateBranch(pull())).rejects.toThrow(/no new commits/);
    const content = Buffer.from('x').toString('base64');
    await swarm().repos.createOrUpdateFileContents({ ...HOME, path: 'x', message: 'x', content });
    await expect(stage.as('orion').rest.pulls.updateBranch(pull())).rejects.toMatchObject({ status: 403 });
    const basehead = 'main~1...main';
    const { data: compared } = await nova().repos.compareCommitsWithBasehead({ ...HOME, basehead });
    expect(compared.total_commits).toBe(1);
    expect((await nova().pulls.updateBranch(pull())).status).toBe(202);
    const { data } = await nova().pulls.get(pull());
    expect(data.commits).toBe(2);
    expect(
      (await nova().git.getCommit({ ...HOME, commit_sha: data.head.sha })).data.parents.map((p) => p.sha),
    ).toEqual([sha, (await main()).sha]);
  });

  it('workflows have their names, runs their logs, runners are shown to administrators alone', async () => {
    const { data: listed } = await nova().actions.listRepoWorkflows(HOME);
    expect(listed.workflows.map(({ path, name }) => `${path} ${name}`)).toContain(
      '.github/workflows/experiment.yml experiment',
    );
    await expect(nova().actions.listSelfHostedRunnersForRepo(HOME)).rejects.toMatchObject({ status: 403 });
    expect((await swarm().actions.listSelfHostedRunnersForRepo(HOME)).data.total_count).toBe(1);
    await swarm().actions.createWorkflowDispatch({
      ...HOME,
      workflow_id: 'experiment.yml',
      ref: 'main',
      inputs: { job: '{}', title: 't' },
    });
    const { jobId, runId } = (await stage.ask('POST', 'acquire')).body;
    const step = (at: number, name: string, logFrom: number) => ({
      number: at,
      name,
      status: 'completed',
      conclusion: 'success',
      logFrom,
    });
    await stage.ask('POST', `jobs/${jobId}/steps`, { steps: [step(1, 'One', 0), step(2, 'Run a/b', 4)] });
    await stage.ask('POST', `jobs/${jobId}/complete`, { conclusion: 'success', log: 'one\ntwo\n' });
    const { data } = await nova().actions.downloadWorkflowRunLogs({ ...HOME, run_id: runId });
    const { strFromU8, unzipSync } = await import('fflate');
    const files = Object.entries(unzipSync(new Uint8Array(data as ArrayBuffer))).map(([name, text]) => [
      name,
      strFromU8(text),
    ]);
    expect(Object.fromEntries(files)).toEqual({
      '0_measure.txt': 'one\ntwo\n',
      'measure/1_One.txt': 'one\n',
      'measure/2_Run ab.txt': 'two\n',
    });
  });

  it('variables are read by workflows and by collaborators, and written by accounts with write access', async () => {
    await swarm().actions.createRepoVariable({ ...HOME, name: 'Descent_Serverless', value: 'no' });
    await expect(
      swarm().actions.createRepoVariable({ ...HOME, name: 'DESCENT_SERVERLESS', value: 'x' }),
    ).rejects.toMatchObject({ status: 409 });
    await swarm().actions.updateRepoVariable({ ...HOME, name: 'descent_serverless', value: 'true' });
    expect((await swarm().actions.listRepoVariables(HOME)).data.variables).toMatchObject([
      { name: 'DESCENT_SERVERLESS', value: 'true' },
    ]);
    await expect(nova().actions.listRepoVariables(HOME)).rejects.toMatchObject({ status: 403 });
    await swarm().actions.createWorkflowDispatch({ ...HOME, workflow_id: 'sweep.yml', ref: 'main' });
    const { vars, jobId } = (await stage.ask('POST', 'acquire')).body;
    expect(vars).toEqual({ DESCENT_SERVERLESS: 'true' });
    await stage.ask('POST', `jobs/${jobId}/complete`, { conclusion: 'success' });
    await swarm().actions.deleteRepoVariable({ ...HOME, name: 'DESCENT_SERVERLESS' });
  });

  async function main() {
    return (await nova().git.getRef({ ...HOME, ref: 'heads/main' })).data.object;
  }
});
