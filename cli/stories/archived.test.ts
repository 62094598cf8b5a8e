import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { type User, user } from '../../testing/clone/clone.ts';

/** An archived repository takes no change: commands that would write say so in one sentence, everything else is silent. */

let stage: Stage;
let nova: User;
let open: number;
const archive = (archived: boolean, owner: string = REPO.owner) =>
  stage.agentOf(owner).repos.update({ owner, repo: REPO.repo, archived });
const writes = async () => {
  const asked = await stage.control.requests();
  return asked.filter((one) => one.method !== 'GET' && one.path !== '/graphql' && one.actor !== 'nova');
};

beforeEach(async () => {
  stage = await Stage.open();
  await stage.begin(2);
  open = await stage.open('nova', 'print("one")\n');
  const clone = join(stage.folder, 'clone');
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
  const { token } = (await (await stage.agent('nova')).auth()) as { token: string };
  nova = user(clone, join(stage.folder, 'cache-nova'), {
    GITHUB_TOKEN: token,
    GITHUB_API_URL: stage.emulator.url,
  });
  expect((await nova.descent('join', '--yes')).status).toBe(0);
}, 60_000);
afterEach(() => stage?.close());

test('the bot leaves it alone, and says why when a user names it', async () => {
  const taken = (await stage.take())!;
  await archive(true);
  const before = await writes();
  await stage.finish(taken, { valBpb: 1.5 }); // an event of a run that was out
  expect(await stage.bot!.descent.sweep(null)).toEqual({});
  const named = await stage.bot!.descent.sweep('Descent/descent');
  expect(named).toEqual({
    'descent/descent': { failed: 'it is archived: GitHub takes no change of it' },
  });
  expect(await stage.bot!.descent.sweep('descent/elsewhere')).toEqual({
    'descent/elsewhere': { failed: 'the App is not installed there' },
  });
  const since = (await writes()).slice(before.length);
  expect(since.filter((one) => one.status >= 400)).toEqual([]);
  expect((await stage.view(open)).state).toBe('open');
}, 60_000);

test('the command line says it once, before anything is written, and reads on', async () => {
  await archive(true);
  await writeFile(join(nova.cwd, 'train/train.py'), 'print("two")\n');
  const before = (await writes()).length;
  for (const words of [
    ['join', '--yes'],
    ['claim', 'a wider head'],
    ['submit', '--hypothesis', 'More steps at the same budget lower the loss.'],
    ['insight', String(open), 'it was the rate'],
    ['idea', 'a wider head'],
    ['cancel', String(open)],
  ]) {
    const said = await nova.descent(...words);
    expect(said.err, words[0]).toContain('descent/descent is archived: GitHub takes no change of it');
    expect(said.status, words[0]).toBe(2);
  }
  expect((await nova.descent('watch', String(open))).err).toContain('descent/descent is archived');
  expect((await writes()).length).toBe(before);
  const status = await nova.descent('status', '--fresh');
  expect(status.status).toBe(0);
  expect(status.out).toContain('The repository is archived: nothing is measured there any more.');
  expect((await nova.descent('search', 'rate')).status).toBe(0);
}, 60_000);

test('taken out of the archive, it goes on where it was', async () => {
  const taken = (await stage.take())!;
  await archive(true);
  await stage.finish(taken, { valBpb: 1.5 });
  expect((await stage.view(open)).state).toBe('open');
  await archive(false);
  await stage.bot!.descent.sweep(null);
  expect((await stage.view(open)).merged).toBe(true);
}, 60_000);

test("an archived fork stops the push with the fork's own name", async () => {
  await writeFile(join(nova.cwd, 'train/train.py'), 'print("two")\n');
  await archive(true, 'nova');
  const said = await nova.descent('submit', '--hypothesis', 'Fewer steps may raise it, more lower it.');
  expect(said.status).toBe(2);
  expect(said.err).toContain('Take nova/descent out of the archive');
}, 60_000);
