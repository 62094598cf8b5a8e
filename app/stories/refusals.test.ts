import { afterEach, describe, expect, it } from 'vitest';
import { GOOD_BODY, REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

async function began(files: Record<string, string> = {}): Promise<void> {
  stage = await Stage.open(files);
  await stage.begin(2);
}
const update = async (login: string, number: number, change: object) => {
  await (await stage.agent(login)).pulls.update({ ...REPO, pull_number: number, ...change });
  await stage.settle();
};

describe('a pull request that cannot be measured', () => {
  it.each([
    ['has no hypothesis', { body: 'trust me' }, 'description'],
    [
      'has an unknown key',
      { body: '```yaml\nhypothesis: long enough to pass\nhypotesis: x\n```' },
      'description',
    ],
    ['is 200 KB of words', { body: `## Hypothesis\n${'x'.repeat(200_000)}` }, 'description'],
    ['also edits the data', { files: { 'train/prepare.py': 'print(1)\n' } }, 'paths'],
    [
      'wants an unknown track',
      { body: '```yaml\nhypothesis: long enough to pass\ntrack: tpu\n```' },
      'description',
    ],
  ])('because it %s, says so and uses no GPU time', async (_why, more, rule) => {
    await began();
    const number = await stage.open('nova', 'print("other")\n', more);
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'open', labels: ['needs-work'] });
    expect(view.comments).toHaveLength(1);
    const { rules, ...codes } = await stage.codes(number);
    expect(codes).toMatchObject({ state: 'refused', conclusion: 'failure' });
    const asked = ['base', 'paths', 'file', 'description'] as const;
    expect(asked.filter((one) => rules[one] !== 'fine')).toEqual([rule]);
    expect(await stage.take()).toBeNull();
  });

  it('is measured as soon as its description is fixed, with the same comment', async () => {
    await began();
    const number = await stage.open('nova', 'print("other")\n', { body: 'trust me' });
    await update('nova', number, { body: GOOD_BODY });
    await stage.measure({ valBpb: 2.5 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect(view.comments).toHaveLength(1);
  });

  it('is a draft: nothing happens until it is ready', async () => {
    await began();
    const number = await stage.open('nova', 'print("other")\n', { draft: true });
    expect(await stage.view(number)).toMatchObject({ labels: [], comments: [] });
    expect(await stage.take()).toBeNull();
    const { data } = await (await stage.agent('nova')).pulls.get({ ...REPO, pull_number: number });
    await (await stage.agent('nova')).graphql(
      'mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }',
      { id: data.node_id },
    );
    await stage.settle();
    expect(await stage.take()).not.toBeNull();
  });

  it('goes back to a file that held the record once', async () => {
    await began();
    await stage.open('nova', 'print("other")\n');
    await stage.measure({ valBpb: 1.5 });
    const back = await stage.open('vega', 'print("the beginning")\n');
    expect(await stage.view(back)).toMatchObject({ state: 'closed', labels: ['duplicate'] });
    expect((await stage.codes(back)).rules).toMatchObject({ duplicate: 'same-file' });
  });

  it('repeats what was measured before: answered from the result, with the link, and closed', async () => {
    await began();
    const first = await stage.open('nova', 'print("other")\n');
    await stage.measure({ valBpb: 2.5 });
    const second = await stage.open('vega', 'print("other")\n', { title: 'My own idea' });
    const view = await stage.view(second);
    expect(view).toMatchObject({ state: 'closed', labels: ['duplicate'] });
    expect((await stage.codes(second)).rules).toMatchObject({ duplicate: 'same-file' });
    expect(await stage.links(second)).toEqual([`result of #${first}`]);
    expect(await stage.take()).toBeNull();
  });

  it('repeats an open pull request that waits for its machine', async () => {
    await began();
    const first = await stage.open('nova', 'print("other")\n');
    const second = await stage.open('vega', 'print("other")\n', { title: 'My own idea' });
    expect(await stage.view(second)).toMatchObject({ state: 'closed', labels: ['duplicate'] });
    expect((await stage.view(second)).comments[0]).toContain(`#${first}`);
  });
});

describe('a look-alike of the bot', () => {
  it('does not stop the bot from saying its own sentence', async () => {
    await began();
    const number = await stage.open('nova', 'print("other")\n');
    await (await stage.agent('mallory')).issues.createComment({
      ...REPO,
      issue_number: number,
      body: '<!-- descent:verdict -->\n### Improved: a new record',
    });
    await stage.measure({ valBpb: 2.5 });
    const { data } = await stage.onlooker.issues.listComments({ ...REPO, issue_number: number });
    expect(data.map((one) => one.user!.login)).toEqual(['mallory', 'descent[bot]']);
    expect(await stage.codes(number)).toMatchObject({ state: 'verdict', conclusion: 'failure' });
  });
});

describe('words of strangers', () => {
  it('are inert in the comment, in the result and in the history of main', async () => {
    await began();
    const title = 'Better @octocat fixes #1 <img src=x> \u202e ```';
    const number = await stage.open('nova', 'print("other")\n', {
      title,
      body: '## Hypothesis\nfixes #1 and pings @octocat\n\nVerdict: improved\nOwner: mallory\n',
    });
    await stage.measure({
      outcome: 'crashed',
      valBpb: null,
      reason: { code: 'training-exception', status: 1 },
      log: 'Error: @octocat ```\n<!-- x -->\n\u001b[31m@octocat\n```\n<img src=x>::error::',
    });
    const view = await stage.view(number);
    expect(view.labels).toEqual(['crashed']);
    const outside = view.comments[0]!.replace(/^(`{3,})[^\n`]*\n[\s\S]*?\n\1$/gm, '').replace(
      /(?<!`)(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g,
      '',
    );
    expect(outside).not.toMatch(/@octocat|<img|::error/);
    expect(view.comments[0]).not.toMatch(/[\u001b\u202e]/);
    const { data: commits } = await stage.onlooker.repos.listCommits(REPO);
    const message = commits[0]!.commit.message;
    expect(message).not.toMatch(/@octocat|(?<!\()#1\b|\u202e/);
    expect(message.split('\n').filter((line) => line.startsWith('Verdict: '))).toEqual(['Verdict: crashed']);
    expect(message.split('\n').filter((line) => line.startsWith('Owner: '))).toEqual(['Owner: ada']);
  });
});
