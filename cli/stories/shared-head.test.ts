import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { look } from '../../demo/watch.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { user } from '../../testing/clone/clone.ts';

let stage: Stage;
afterAll(() => stage?.close());

test("two pull requests at one head: watching one shows its own check, not the other one's", async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const first = await stage.open('nova', 'print("one")\n');
  const { head } = await stage.view(first);
  const vega = await stage.agent('vega');
  await vega.git.createRef({ owner: 'vega', repo: REPO.repo, ref: 'refs/heads/copy', sha: head });
  const { data } = await vega.pulls.create({
    ...REPO,
    ...{ head: 'vega:copy', base: 'main', title: 'Mine', body: 'It is better.' },
  });
  await stage.settle();
  expect((await stage.view(data.number)).labels).toEqual(['needs-work']);

  const clone = join(stage.folder, 'clone');
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
  const env = { GITHUB_API_URL: stage.emulator.url, PATH: process.env.PATH! };
  const someone = user(clone, join(stage.folder, 'cache-someone'), env);
  const watch = async (pull: number) =>
    (await someone.json('watch', String(pull), '--minutes', '0.000001')).value.authorText;
  expect(await watch(first)).toMatchObject({ progress: 'measuring on cpu' });
  expect(await watch(data.number)).toMatchObject({
    progress: expect.stringMatching(/^not measured: 1 thing/),
  });

  const lastReason = async (pull: number) => (await someone.json('why', String(pull))).value.reasons.at(-1);
  expect(await lastReason(first)).toMatchObject({ rule: 'measure', code: 'dispatched' });
  expect(await lastReason(data.number)).toMatchObject({ rule: 'eligibility', said: 'refused' });

  const { pulls } = await look(stage.onlooker, REPO);
  expect(pulls.map(({ number, conclusion }) => ({ number, conclusion }))).toEqual([
    { number: first, conclusion: null },
    { number: data.number, conclusion: 'failure' },
  ]);
}, 60_000);
