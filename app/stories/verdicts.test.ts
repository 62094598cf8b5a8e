import { afterEach, describe, expect, it } from 'vitest';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { recordOf } from '../../testing/bot/owners.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { leaderboardPage } from '../say/leaderboard-page.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('a better main', () => {
  it('comes of a pull request that beats the record: code, leaderboard and result in one commit with two parents', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const before = await stage.main();
    const number = await stage.open('nova', 'print("better")\n', { title: 'Halve the batch' });
    const { head } = await stage.view(number);
    const evidence = [{ kind: 'tee' as const, digest: 'a'.repeat(64), where: 'https://proofs.example/7' }];
    await stage.measure({ valBpb: 1.5, evidence });

    expect(await stage.view(number)).toMatchObject({ state: 'closed', merged: true, labels: ['improved'] });
    const [comment, ...more] = (await stage.view(number)).comments;
    expect(more).toEqual([]);
    expect(comment).toBe(`${COMMENT_TAG}\n${(await stage.check(head))!.output.summary}`);
    expect(await stage.codes(number)).toMatchObject({
      ...{ state: 'verdict', conclusion: 'success' },
      rules: { acceptance: 'beats-margin', verdict: 'improved', merge: 'merged' },
    });
    const { data: commit } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: await stage.main() });
    expect(commit.parents.map((parent) => parent.sha)).toEqual([before, head]);
    const token = JSON.parse(await stage.file('results/tokens/cpu/1.json'));
    expect(JSON.parse(await stage.file(token.record)).runs).toMatchObject([{ evidence }]); // it decides nothing
    expect(token).toMatchObject({
      pull: number,
      author: { login: 'nova', id: expect.any(Number) },
      after: before,
    });
    expect(await stage.file('train/train.py')).toBe('print("better")\n');
    expect(await stage.file('train/prepare.py')).toBe('print("data")\n');
    const { tracks, owners } = await stage.leaderboard();
    expect(tracks.cpu).toMatchObject({
      incumbent: { pull: number, valBpb: 1.5, author: 'nova' },
      counts: { improved: 1 },
    });
    expect(tracks.cpu!.history).toHaveLength(2);
    expect(owners.ada).toMatchObject({ runs: 2 });
    expect(await stage.file('results/README.md')).toBe(leaderboardPage(await stage.leaderboard()));
    expect(await stage.check(head)).toMatchObject({ status: 'completed', conclusion: 'success' });
  });
});

describe('what does not beat the record', () => {
  it.each([
    ['regressed', { valBpb: 2.2 }],
    ['inconclusive', { valBpb: 1.95 }],
    [
      'crashed',
      {
        outcome: 'crashed',
        valBpb: null,
        reason: { code: 'training-exception', status: 1 },
        log: 'Traceback ...\nZeroDivisionError',
      },
    ],
    ['crashed', { outcome: 'out-of-memory', valBpb: null, reason: { code: 'training-killed' } }],
    [
      'timeout',
      {
        outcome: 'timeout',
        valBpb: null,
        reason: { code: 'training-over-budget', budgetSeconds: 60, toleranceSeconds: 1 },
      },
    ],
    ['diverged', { outcome: 'diverged', valBpb: null, reason: { code: 'diverged', claim: 'NaN' } }],
    [
      'invalid',
      { outcome: 'invalid', valBpb: null, reason: { code: 'claim-far-off', nats: 3.2, limit: 0.5 } },
    ],
  ] as const)('%s: is closed with its label, recorded, and main keeps its file', async (verdict, change) => {
    stage = await Stage.open();
    await stage.begin(2);
    const number = await stage.open('nova', 'print("other")\n');
    await stage.measure(change);
    expect(await stage.view(number)).toMatchObject({ state: 'closed', merged: false, labels: [verdict] });
    expect((await stage.view(number)).comments).toHaveLength(1);
    expect(await stage.file('train/train.py')).toBe('print("the beginning")\n');
    const { tracks } = await stage.leaderboard();
    expect(tracks.cpu).toMatchObject({ incumbent: { pull: null, valBpb: 2 }, counts: { [verdict]: 1 } });
    const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
    expect(Array.isArray(data) && data.map((one) => one.name)).toEqual([
      expect.stringMatching(new RegExp(`^${number}-[0-9a-f]{12}-cpu\\.json$`)),
    ]);
    expect((await recordOf(stage, number)).verdict).toBe(verdict);
  });
});
