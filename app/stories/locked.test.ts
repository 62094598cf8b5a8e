import { afterEach, expect, it } from 'vitest';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { CONFIG, REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

it('a locked conversation stops neither the verdict nor the next in line, and the comment follows when it is unlocked', async () => {
  stage = await Stage.open({ '.github/descent.yml': CONFIG.replace('capacity: 2', 'capacity: 1') });
  await stage.begin(2);
  const number = await stage.open('nova', 'print("one")\n');
  const taken = (await stage.take())!;
  const next = await stage.open('vega', 'import os\nprint(os.name)\n', {
    body: '## Hypothesis\nquite another thing altogether\n',
  });
  const owner = stage.agentOf(REPO.owner);
  await owner.issues.lock({ ...REPO, issue_number: number });
  await stage.settle();
  await stage.finish(taken, { valBpb: 2.5 });
  const locked = await stage.view(number);
  expect(locked.state).toBe('closed');
  expect(locked.labels.toSorted()).toEqual(['comment-refused', 'regressed']);
  expect(locked.comments).toEqual([]);
  const { summary } = (await stage.check(locked.head))!.output;
  expect(await stage.codes(number)).toMatchObject({ state: 'verdict', conclusion: 'failure' });
  expect((await stage.take())?.job.pull).toBe(next);

  await owner.issues.unlock({ ...REPO, issue_number: number });
  await stage.settle();
  const said = await stage.view(number);
  expect(said.comments).toEqual([`${COMMENT_TAG}\n${summary}`]);
  await stage.bot!.descent.sweep(null);
  expect((await stage.view(number)).labels).toEqual(['regressed']);
}, 60_000);

it('the sweep says what was owed when the webhook of the unlocking is lost', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const number = await stage.open('nova', 'print("one")\n');
  const issue = stage.emulator.world.repository(REPO.owner, REPO.repo).issues.get(number)!;
  issue.locked = true;
  await stage.measure({ valBpb: 2.5 });
  await stage.bot!.descent.sweep(null);
  expect((await stage.view(number)).comments).toEqual([]);
  issue.locked = false;
  await stage.bot!.descent.sweep(null);
  const { comments, head } = await stage.view(number);
  expect(comments).toEqual([`${COMMENT_TAG}\n${(await stage.check(head))!.output.summary}`]);
}, 60_000);
