import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOME, type Stage, setStage } from './stage.ts';

const SNAPSHOT = `query ($owner: String!, $name: String!, $number: Int!, $app: Int!) {
  viewer { login }
  rateLimit { cost remaining }
  repository(owner: $owner, name: $name) {
    id nameWithOwner isFork owner { login }
    labels(first: 100) { nodes { id name } }
    defaultBranchRef { name target { ... on Commit {
      oid tree { oid entries { name type mode } }
      leaderboard: file(path: "results/leaderboard.json") { oid type object { ... on Blob { text isTruncated isBinary } } }
      missing: file(path: "results/none.json") { oid }
      history(first: 5) { totalCount nodes { messageHeadline author { name } } }
    } } }
    readme: object(expression: "main:README.md") { ... on Blob { text byteSize } }
    pullRequests(states: OPEN, first: 10, orderBy: { field: CREATED_AT, direction: ASC }) { totalCount nodes { number } }
    pullRequest(number: $number) {
      id number title body state isDraft merged isCrossRepository headRefOid headRepository { nameWithOwner } changedFiles
      author { __typename login ... on User { createdAt } } authorAssociation maintainerCanModify
      labels(first: 10) { nodes { name } }
      files(first: 10) { nodes { path changeType additions deletions } }
      comments(last: 10) { nodes { databaseId body viewerDidAuthor author { __typename login } } pageInfo { hasPreviousPage } }
      commits(last: 1) { nodes { commit { oid
        file(path: "train/train.py") { mode size object { ... on Blob { text } } }
        checkSuites(first: 5, filterBy: { appId: $app }) { nodes { app { slug }
          checkRuns(first: 50) { nodes { id databaseId name status conclusion externalId text } } } }
      } } }
    }
  }
}`;

describe('the bot, as an installed App', () => {
  let stage: Stage;
  let pull: Awaited<ReturnType<Stage['proposal']>>;
  beforeEach(async () => {
    stage = await setStage();
    pull = await stage.proposal('nova', 'idea', 'def train(task):\n    return 2\n');
  });
  afterEach(async () => {
    const { git } = stage.emulator.world.repository('swarm', 'descent');
    const complaints = await stage.git(git.folder, 'fsck', '--strict', '--no-dangling', '--no-progress');
    await stage.clear();
    expect(complaints).toBe('');
    expect(stage.honesty.violations).toEqual([]);
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answer's shape is what these stories look at
  const snapshot = (number = pull.number): Promise<any> =>
    stage.bot.graphql(SNAPSHOT, { owner: 'swarm', name: 'descent', number, app: stage.app.id });
  /** A run of experiment.yml, which waits for a machine. */
  const dispatched = async (title: string, job: string): Promise<number> => {
    const order = { ...HOME, workflow_id: 'experiment.yml', ref: 'main', inputs: { title, job } };
    const { data } = await stage.bot.rest.actions.createWorkflowDispatch({
      ...order,
      return_run_details: true,
    });
    return (data as unknown as { workflow_run_id: number }).workflow_run_id;
  };

  it('knows itself and its installation', async () => {
    const { data: installation } = await stage.bot.rest.apps.getRepoInstallation(HOME);
    expect(installation).toMatchObject({ id: stage.app.installation_id, app_id: stage.app.id });
    const { data: app } = await stage.bot.rest.apps.getAuthenticated();
    expect(app!.slug).toBe('descent-bot');
    expect((await stage.bot.rest.apps.listInstallations()).data).toHaveLength(1);
    const forged = stage.octokitWith({ auth: 'eyJhbGciOiJub25lIn0.eyJpc3MiOjF9.x' });
    await expect(forged.rest.apps.getAuthenticated()).rejects.toMatchObject({ status: 401 });
  });

  it('reads everything about a pull request in one query', async () => {
    const { viewer, repository } = await snapshot();
    expect(viewer.login).toBe('descent-bot[bot]');
    expect(repository).toMatchObject({
      nameWithOwner: 'swarm/descent',
      isFork: false,
      defaultBranchRef: {
        name: 'main',
        target: {
          leaderboard: { type: 'blob', object: { text: '{"schema": 1}\n', isTruncated: false } },
          missing: null,
        },
      },
      readme: { text: '# descent\n', byteSize: 10 },
      pullRequests: { totalCount: 1, nodes: [{ number: pull.number }] },
      pullRequest: {
        state: 'OPEN',
        headRefOid: pull.sha,
        isCrossRepository: true,
        headRepository: { nameWithOwner: 'nova/descent' },
        author: { __typename: 'User', login: 'nova' },
        files: { nodes: [{ path: 'train/train.py', changeType: 'MODIFIED', additions: 1, deletions: 1 }] },
        commits: {
          nodes: [
            {
              commit: {
                file: { mode: 0o100644, object: { text: 'def train(task):\n    return 2\n' } },
                checkSuites: { nodes: [] },
              },
            },
          ],
        },
      },
    });
  });

  it('gets a clear error for what GitHub does not have, what is not played, and what is not there', async () => {
    await expect(stage.bot.graphql('{ viewer { nonsense } }')).rejects.toThrow(
      /Cannot query field "nonsense"/,
    );
    const rulesets = '{ repository(owner: "swarm", name: "descent") { rulesets(first: 1) { totalCount } } }';
    await expect(stage.bot.graphql(rulesets)).rejects.toThrow(/does not play Repository.rulesets/);
    await expect(stage.bot.graphql('{ repository(owner: "no", name: "body") { id } }')).rejects.toMatchObject(
      {
        errors: [{ type: 'NOT_FOUND', path: ['repository'] }],
      },
    );
    const unsized = '{ repository(owner: "swarm", name: "descent") { labels { nodes { name } } } }';
    await expect(stage.bot.graphql(unsized)).rejects.toThrow(/You must provide a `first` or `last`/);
    await expect(stage.anonymous.graphql('{ viewer { login } }')).rejects.toMatchObject({ status: 401 });
  });

  it('writes check runs that no other account can write', async () => {
    const { repository } = await snapshot();
    const create = `mutation ($input: CreateCheckRunInput!) { createCheckRun(input: $input) { checkRun { id databaseId externalId } } }`;
    const input = {
      repositoryId: repository.id,
      headSha: pull.sha,
      name: 'descent',
      externalId: 'state',
      status: 'QUEUED',
    };
    const { createCheckRun } = await stage.bot.graphql<{
      createCheckRun: { checkRun: { databaseId: number; id: string } };
    }>(create, { input });
    const { databaseId } = createCheckRun.checkRun;
    await expect(stage.as('swarm').graphql(create, { input })).rejects.toMatchObject({
      errors: [{ type: 'FORBIDDEN' }],
    });
    await expect(
      stage.as('swarm').rest.checks.update({
        ...HOME,
        check_run_id: databaseId,
        status: 'completed',
        conclusion: 'success',
      }),
    ).rejects.toMatchObject({ status: 403 });
    await stage.bot.rest.checks.update({
      ...HOME,
      check_run_id: databaseId,
      output: { title: 't', summary: 's', text: 'kept' },
    });
    await expect(
      stage.bot.rest.checks.update({
        ...HOME,
        check_run_id: databaseId,
        output: { title: 't', summary: 'x'.repeat(65_536) },
      }),
    ).rejects.toMatchObject({ status: 422 });
    const suites = (await snapshot()).repository.pullRequest.commits.nodes[0].commit.checkSuites.nodes;
    expect(suites).toMatchObject([
      {
        app: { slug: 'descent-bot' },
        checkRuns: {
          nodes: [{ name: 'descent', status: 'QUEUED', conclusion: null, externalId: 'state', text: 'kept' }],
        },
      },
    ]);
    const { data: listed } = await stage.anonymous.rest.checks.listForRef({ ...HOME, ref: pull.sha });
    expect(listed).toMatchObject({ total_count: 1, check_runs: [{ id: databaseId, pull_requests: [] }] });
  });

  it('dispatches the real workflow file, with its inputs checked', async () => {
    const order = { ...HOME, workflow_id: 'experiment.yml', ref: 'main' };
    const dispatch = (inputs: { [name: string]: string }, more = {}) =>
      stage.bot.rest.actions.createWorkflowDispatch({ ...order, inputs, ...more });
    await expect(dispatch({ title: 't' })).rejects.toThrow(/Required input 'job' not provided/);
    await expect(dispatch({ title: 't', job: '{}', extra: 'x' })).rejects.toThrow(
      /Unexpected inputs provided: \["extra"\]/,
    );
    await expect(dispatch({ title: 't', job: '{}' }, { ref: 'none' })).rejects.toThrow(/No ref found/);
    await expect(dispatch({}, { workflow_id: 'none.yml' })).rejects.toMatchObject({ status: 404 });
    expect((await dispatch({ title: 'plain', job: '{}', labels: '["nobody"]' })).status).toBe(204);
    const run_id = await dispatched('descent #1 explore 1', '{"a":1}');
    const { data: run } = await stage.bot.rest.actions.getWorkflowRun({ ...HOME, run_id });
    expect(run).toMatchObject({
      display_title: 'descent #1 explore 1',
      path: '.github/workflows/experiment.yml',
      event: 'workflow_dispatch',
      status: 'queued',
      head_branch: 'main',
      run_attempt: 1,
      actor: { login: 'descent-bot[bot]' },
    });
  });

  it('sees a machine take the job, report, and leave an artifact', async () => {
    const runId = await dispatched('descent #1 explore 1', '{"a":1}');
    const { status, body: job } = await stage.ask('POST', 'acquire');
    expect(status).toBe(200);
    expect(job).toMatchObject({
      runId,
      jobName: 'measure',
      repository: 'swarm/descent',
      inputs: { job: '{"a":1}' },
    });
    expect(job.workflow).toContain('run: echo measured');
    const steps = [{ number: 1, name: 'Run echo', status: 'completed', conclusion: 'success' }];
    expect((await stage.ask('POST', `jobs/${job.jobId}/steps`, { steps })).body).toEqual({
      cancelled: false,
    });

    const withToken = stage.octokitWith({ auth: job.token });
    expect(
      (await withToken.rest.git
        .getBlob({ ...HOME, file_sha: pull.data.head.sha })
        .catch((e) => e.status)) as number,
    ).toBe(404);
    await expect(
      withToken.rest.checks.create({ ...HOME, name: 'x', head_sha: pull.sha }),
    ).rejects.toMatchObject({ status: 403 });

    const bytes = new TextEncoder().encode('PK not really a zip');
    expect((await stage.ask('PUT', `runs/${runId}/artifacts/report`, bytes)).status).toBe(201);
    expect((await stage.ask('PUT', `runs/${runId}/artifacts/report`, bytes)).status).toBe(409);
    expect((await stage.ask('PUT', 'runs/1/artifacts/report', bytes)).status).toBe(404);
    await stage.ask('POST', `jobs/${job.jobId}/complete`, { conclusion: 'success', log: 'measured' });
    await expect(withToken.rest.repos.get(HOME)).rejects.toMatchObject({ status: 401 });

    const { data: jobs } = await stage.bot.rest.actions.listJobsForWorkflowRun({ ...HOME, run_id: runId });
    expect(jobs.jobs).toMatchObject([
      {
        name: 'measure',
        status: 'completed',
        conclusion: 'success',
        runner_id: stage.machine.id,
        runner_name: 'gpu-1',
        labels: ['self-hosted', 'descent-cpu'],
        steps: [{ name: 'Run echo' }],
      },
    ]);
    const { data: list } = await stage.bot.rest.actions.listWorkflowRunArtifacts({
      ...HOME,
      run_id: runId,
      name: 'report',
    });
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    expect(list).toMatchObject({
      total_count: 1,
      artifacts: [{ name: 'report', digest, size_in_bytes: bytes.length, expired: false }],
    });
    const id = { ...HOME, artifact_id: list.artifacts[0]!.id, archive_format: 'zip' };
    const { data } = await stage.bot.rest.actions.downloadArtifact(id);
    expect(Buffer.from(data as ArrayBuffer).toString()).toBe('PK not really a zip');
    await expect(stage.anonymous.rest.actions.downloadArtifact(id)).rejects.toMatchObject({ status: 401 });

    const delivered = await stage.until(
      () => stage.heard.find((h) => h.event === 'workflow_run' && h.payload.action === 'completed'),
      'workflow_run completed',
    );
    expect(delivered).toMatchObject({
      signed: true,
      payload: { workflow_run: { id: runId, conclusion: 'success' } },
    });
  });

  it('cancels what waits at once, and asks a machine to stop what runs', async () => {
    const run_id = await dispatched('t', '{}');
    const { body: job } = await stage.ask('POST', 'acquire');
    await stage.bot.rest.actions.cancelWorkflowRun({ ...HOME, run_id });
    expect((await stage.ask('GET', `jobs/${job.jobId}`)).body).toEqual({ cancelled: true });
    await stage.ask('POST', `jobs/${job.jobId}/complete`, { conclusion: 'cancelled' });
    expect((await stage.bot.rest.actions.getWorkflowRun({ ...HOME, run_id })).data).toMatchObject({
      status: 'completed',
      conclusion: 'cancelled',
    });
    await expect(stage.bot.rest.actions.cancelWorkflowRun({ ...HOME, run_id })).rejects.toMatchObject({
      status: 409,
    });
  });

  it('records a loser with one commit, unless main moved', async () => {
    const { repository } = await snapshot();
    const head = repository.defaultBranchRef.target.oid;
    const commit =
      'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }';
    const input = {
      branch: { repositoryNameWithOwner: 'swarm/descent', branchName: 'main' },
      expectedHeadOid: head,
      message: { headline: 'regressed: an idea', body: 'Verdict: regressed' },
      fileChanges: {
        additions: [{ path: 'results/experiments/0/1.json', contents: Buffer.from('{}').toString('base64') }],
      },
    };
    await stage.bot.graphql(commit, { input });
    await expect(stage.bot.graphql(commit, { input })).rejects.toMatchObject({
      errors: [{ type: 'STALE_DATA' }],
    });
    const after = (await snapshot()).repository.defaultBranchRef.target;
    expect(after.history.nodes).toMatchObject([
      { messageHeadline: 'regressed: an idea', author: { name: 'descent-bot[bot]' } },
      {},
    ]);
    expect(after.leaderboard.object.text).toBe('{"schema": 1}\n');
  });

  it('merges what was measured: two parents, compare-and-swap, and the pull request is merged', async () => {
    const { rest } = stage.bot;
    const content = Buffer.from('Since then main moved.\n').toString('base64');
    await stage.as('swarm').rest.repos.createOrUpdateFileContents({
      ...{ ...HOME, path: 'notes.md', message: 'Move main', content },
    });
    const { repository } = await snapshot();
    const main = repository.defaultBranchRef.target;
    const { data: blob } = await rest.pulls.listFiles({ ...HOME, pull_number: pull.number });
    const { data: tree } = await rest.git.createTree({
      ...HOME,
      base_tree: main.tree.oid,
      tree: [
        { path: 'train/train.py', mode: '100644', type: 'blob', sha: blob[0]!.sha! },
        { path: 'results/leaderboard.json', mode: '100644', type: 'blob', content: '{"schema": 2}\n' },
      ],
    });
    const message = 'improved: an idea (#1)';
    const { data: commit } = await rest.git.createCommit({
      ...HOME,
      message,
      tree: tree.sha,
      parents: [main.oid, pull.sha],
    });
    const { data: sideways } = await rest.git.createCommit({
      ...HOME,
      message,
      tree: tree.sha,
      parents: [pull.sha],
    });
    const move = (sha: string) => rest.git.updateRef({ ...HOME, ref: 'heads/main', sha, force: false });
    await expect(move(sideways.sha)).rejects.toThrow(/not a fast forward/);
    await stage.control.faults({ spurious422: 1 });
    await expect(move(commit.sha)).rejects.toMatchObject({ status: 422 });
    await move(commit.sha);
    const { data: after } = await rest.pulls.get({ ...HOME, pull_number: pull.number });
    expect(after).toMatchObject({
      merged: true,
      state: 'closed',
      merge_commit_sha: commit.sha,
      changed_files: 1,
    });
    expect((await snapshot()).repository.pullRequest).toMatchObject({ state: 'MERGED', merged: true });
    const delivered = await stage.until(
      () => stage.heard.find((h) => h.event === 'pull_request' && h.payload.action === 'closed'),
      'closed',
    );
    expect(delivered.payload.pull_request).toMatchObject({ merged: true });
    const log = await stage.git(stage.source, 'ls-remote', `${stage.url}/swarm/descent.git`, 'main');
    expect(log).toContain(commit.sha);
  });

  it('shows what was adopted on a branch of its own, and merges every pull request of it at once', async () => {
    const { rest } = stage.bot;
    const second = await stage.proposal('orion', 'more', 'def train(task):\n    return 3\n');
    const main = (await snapshot()).repository.defaultBranchRef.target.oid as string;
    const linked = async (text: string, below: string, head: string): Promise<string> => {
      const { data: blob } = await rest.git.createBlob({ ...HOME, content: text, encoding: 'utf-8' });
      expect(blob.sha).toBe(createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex'));
      const { data: old } = await rest.git.getCommit({ ...HOME, commit_sha: below });
      const entry = { path: 'train/train.py', mode: '100644' as const, type: 'blob' as const, sha: blob.sha };
      const { data: tree } = await rest.git.createTree({ ...HOME, base_tree: old.tree.sha, tree: [entry] });
      const made = { ...HOME, message: 'adopted', tree: tree.sha, parents: [below, head] };
      return (await rest.git.createCommit(made)).data.sha;
    };
    const first = await linked('def train(task):\n    return 2\n', main, pull.sha);
    const tip = await linked('def train(task):\n    return 3\n', first, second.sha);
    const move = (sha: string, force: boolean) =>
      rest.git.updateRef({ ...HOME, ref: 'heads/frontier', sha, force });
    await expect(move(first, true)).rejects.toMatchObject({ status: 422 });
    await rest.git.createRef({ ...HOME, ref: 'refs/heads/frontier', sha: first });
    await rest.git.createRef({ ...HOME, ref: 'refs/heads/other', sha: first });
    await expect(rest.git.createRef({ ...HOME, ref: 'refs/heads/frontier', sha: tip })).rejects.toMatchObject(
      {
        status: 422,
      },
    );
    await move(tip, true);
    await expect(move(main, false)).rejects.toThrow(/not a fast forward/);
    await move(main, true);
    await move(tip, true);

    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      refs(refPrefix: "refs/heads/", query: "front", first: 5) { nodes { name target { ... on Commit {
        history(first: 9) { nodes { oid parents(first: 1) { nodes { oid } } } } } } } } } }`;
    type Shown = { oid: string; parents: { nodes: { oid: string }[] } };
    const { repository } = await stage.bot.graphql<{
      repository: { refs: { nodes: { name: string; target: { history: { nodes: Shown[] } } }[] } };
    }>(query, { owner: 'swarm', name: 'descent' });
    expect(repository.refs.nodes.map(({ name }) => name)).toEqual(['frontier']);
    const { nodes } = repository.refs.nodes[0]!.target.history;
    expect(nodes.find(({ oid }) => oid === tip)?.parents.nodes).toEqual([{ oid: first }]);
    expect(nodes.map(({ oid }) => oid)).toEqual(expect.arrayContaining([pull.sha, second.sha, main]));
    for (const number of [pull.number, second.number])
      expect((await rest.pulls.get({ ...HOME, pull_number: number })).data.merged).toBe(false);

    const { data: head } = await rest.git.getCommit({ ...HOME, commit_sha: tip });
    const certified = { ...HOME, message: 'improved', tree: head.tree.sha, parents: [main, tip] };
    const { data: commit } = await rest.git.createCommit(certified);
    await rest.git.updateRef({ ...HOME, ref: 'heads/main', sha: commit.sha, force: false });
    for (const number of [pull.number, second.number])
      expect((await rest.pulls.get({ ...HOME, pull_number: number })).data).toMatchObject({
        ...{ merged: true, state: 'closed', merge_commit_sha: commit.sha },
      });
  });

  it('moves a branch to workflows that another branch has, and brings no others', async () => {
    const { rest } = stage.bot;
    const main = (await snapshot()).repository.defaultBranchRef.target.oid as string;
    await rest.git.createRef({ ...HOME, ref: 'refs/heads/frontier', sha: main });
    const owner = stage.as('swarm').rest;
    const content = Buffer.from('on: push\njobs: {}\n').toString('base64');
    const path = '.github/workflows/more.yml';
    const { data } = await owner.repos.createOrUpdateFileContents({
      ...HOME,
      path,
      message: 'More',
      content,
    });
    const move = (sha: string) => rest.git.updateRef({ ...HOME, ref: 'heads/frontier', sha, force: true });
    await move(data.commit.sha!);
    const { data: tree } = await rest.git.createTree({
      ...HOME,
      base_tree: data.commit.tree!.sha!,
      tree: [{ path, mode: '100644', type: 'blob', content: 'on: push\njobs: { own: {} }\n' }],
    });
    const own = { ...HOME, message: 'Own', tree: tree.sha, parents: [data.commit.sha!] };
    const { data: made } = await rest.git.createCommit(own);
    await expect(move(made.sha)).rejects.toMatchObject({ status: 403 });
  });

  it('answers in one document: comment, labels, closing', async () => {
    const other = await stage.proposal('orion', 'worse', 'def train(task):\n    return 0\n');
    await stage.bot.rest.issues.createLabel({ ...HOME, name: 'regressed', color: 'b60205' });
    const { repository } = await snapshot(other.number);
    const subject = repository.pullRequest.id;
    const label = repository.labels.nodes[0].id;
    await stage.bot.graphql(
      `mutation ($subject: ID!, $labels: [ID!]!) {
        addComment(input: { subjectId: $subject, body: "slower" }) { commentEdge { node { id } } }
        addLabelsToLabelable(input: { labelableId: $subject, labelIds: $labels }) { clientMutationId }
        closePullRequest(input: { pullRequestId: $subject }) { pullRequest { state } }
      }`,
      { subject, labels: [label] },
    );
    expect((await snapshot(other.number)).repository.pullRequest).toMatchObject({
      state: 'CLOSED',
      labels: { nodes: [{ name: 'regressed' }] },
      comments: {
        nodes: [
          { body: 'slower', viewerDidAuthor: true, author: { __typename: 'Bot', login: 'descent-bot' } },
        ],
      },
    });
    await expect(
      stage.as('orion').rest.pulls.update({ ...HOME, pull_number: other.number, state: 'open' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('keeps a pull request whose fork is deleted', async () => {
    const { number } = await stage.proposal('orion', 'worse', 'def train(task):\n    return 0\n');
    await stage.as('orion').rest.pulls.update({ ...HOME, pull_number: number, state: 'closed' });
    await stage.as('orion').rest.repos.delete({ owner: 'orion', repo: 'descent' });
    const { data } = await stage.bot.rest.pulls.list({ ...HOME, state: 'closed', head: 'orion:worse' });
    expect(data).toMatchObject([{ number, head: { label: 'orion:worse', repo: null } }]);
    const { headRepository } = (await snapshot(number)).repository.pullRequest;
    expect(headRepository).toBeNull();
  });

  it('works with no App: a job token writes checks as github-actions', async () => {
    await stage
      .as('swarm')
      .rest.actions.createWorkflowDispatch({ ...HOME, workflow_id: 'sweep.yml', ref: 'main' });
    const { body: job } = await stage.ask('POST', 'acquire');
    const sweep = stage.octokitWith({ auth: job.token });
    const { data: check } = await sweep.rest.checks.create({ ...HOME, name: 'descent', head_sha: pull.sha });
    expect(check.app).toMatchObject({ slug: 'github-actions' });
    await expect(
      stage.bot.rest.checks.update({ ...HOME, check_run_id: check.id, status: 'in_progress' }),
    ).rejects.toThrow(/Invalid app_id/);
    await expect(
      sweep.rest.actions.createWorkflowDispatch({ ...HOME, workflow_id: 'sweep.yml', ref: 'main' }),
    ).rejects.toMatchObject({ status: 403 });
    expect((await stage.ask('POST', 'acquire')).status).toBe(409);
    await stage.ask('POST', 'start'); // a new start: what the machine had is lost
    expect(
      (await stage.bot.rest.actions.getWorkflowRun({ ...HOME, run_id: job.runId })).data.conclusion,
    ).toBe('failure');
    await stage.control.removeMachine(stage.machine.id);
    expect((await stage.ask('POST', 'acquire')).status).toBe(401);
  });
});
