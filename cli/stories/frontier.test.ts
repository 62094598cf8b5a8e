import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FRONTIER, Stage } from '../../testing/bot/stage.ts';
import { type User, user } from '../../testing/clone/clone.ts';

/** An agent in a clone, on a GitHub of its own whose real bot keeps a frontier. */

const SAID = ['--hypothesis', 'A longer warm-up keeps the first steps small.'];
let stage: Stage;
let nova: User;
let adopted: number;

beforeEach(async () => {
  stage = await Stage.open({ '.github/descent.yml': FRONTIER });
  await stage.beginSeveral(2);
  const { token } = await stage.control.user('nova');
  const clone = join(stage.folder, 'nova');
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
  const env = { GITHUB_TOKEN: token, GITHUB_API_URL: stage.emulator.url };
  nova = user(clone, join(stage.folder, 'cache-nova'), env);
  expect(await nova.descent('join', '--yes')).toMatchObject({ status: 0 });
  adopted = await stage.open('lyra', withLine(await train(), 'BATCH = 32'));
  await stage.measureOn(0, { valBpb: 1.75 });
  expect((await stage.leaderboard()).tracks.cpu!.frontier?.chain).toMatchObject([{ pull: adopted }]);
});
afterEach(() => stage?.close());

const train = () => readFile(join(nova.cwd, 'train/train.py'), 'utf8');
const edit = (text: string) => writeFile(join(nova.cwd, 'train/train.py'), text);
const withLine = (text: string, line: string) => `${text.trimEnd()}\n${line}\n`;
const head = async () => (await stage.leaderboard()).tracks.cpu!.frontier!.chain.at(-1)!;

/** What the bot took as the base of the last verdict on a pull request. */
async function baseOf(number: number): Promise<string | undefined> {
  while (await stage.measureOn(0, { valBpb: 2.5 })); // a run of a file that was pushed over may be out, too
  const { value } = await nova.json('show', String(number), '--fresh');
  return value.records.at(-1).base?.blob;
}

test('submit from main begins where the file was begun: at the best guess', async () => {
  await nova.descent('best', '--write', '--fresh');
  await edit(withLine(await train(), 'WARM_UP = 300'));
  const { value } = await nova.json('submit', '--fresh', ...SAID);
  expect(value).toMatchObject({ submitted: true, checked: { base: { certified: false, since: [] } } });
  await stage.settle();
  const { data } = await stage.onlooker.pulls.listFiles({
    owner: 'descent',
    repo: 'descent',
    pull_number: value.number,
  });
  expect(data.map(({ filename }) => filename)).toEqual(['train/train.py']);
  const { stdout } = await execa('git', ['rev-parse', 'HEAD~1:train/train.py'], { cwd: nova.cwd });
  expect(stdout).toBe((await head()).blob);
  expect(await baseOf(value.number)).toBe((await head()).blob);
});

test('a claim begins at the best guess, or where the changed file was begun', async () => {
  expect((await nova.json('claim', 'a longer warm-up', '--fresh')).value).toMatchObject({ claimed: true });
  expect(gitBlob(await train())).toBe((await head()).blob);
  const { value } = await nova.json('claim', 'another thing altogether', '--anyway', '--certified');
  expect(value).toMatchObject({ claimed: true });
  expect(gitBlob(await train())).toBe((await stage.leaderboard()).tracks.cpu!.incumbent.blob);
  await nova.descent('best', '--write');
  await edit(withLine(await train(), 'WARM_UP = 300'));
  const mine = await train();
  expect((await nova.json('claim', 'third', '--anyway')).value).toMatchObject({ claimed: true });
  expect(await train()).toBe(mine);
  const { stdout } = await execa('git', ['rev-parse', 'HEAD:train/train.py'], { cwd: nova.cwd });
  expect(stdout).toBe((await head()).blob);
});

test('a change of the record on a branch of the guess is compared with the record', async () => {
  await nova.descent('claim', 'a longer warm-up', '--fresh');
  await nova.descent('best', '--write', '--certified');
  await edit(withLine(await train(), 'WARM_UP = 300'));
  const { value } = await nova.json('submit', ...SAID);
  expect(value).toMatchObject({ submitted: true, checked: { base: { certified: true, since: [adopted] } } });
  await stage.settle();
  expect(await baseOf(value.number)).toBe((await stage.leaderboard()).tracks.cpu!.incumbent.blob);
});

test('a branch begun by hand, as best says, is submitted from where it stands', async () => {
  const { value } = await nova.json('best', '--fresh');
  const begin = value.begin.replace('NAME', 'warmer');
  await execa('bash', ['-c', begin], { cwd: nova.cwd });
  await edit(withLine(await train(), 'WARM_UP = 300'));
  expect((await nova.json('submit', ...SAID)).value).toMatchObject({ submitted: true, branch: 'warmer' });
});

test('rebase, and submit --update: the open pull request is one of the newest file', async () => {
  await edit(`WARM_UP = 300\n${await train()}`);
  const { value } = await nova.json('submit', '--fresh', ...SAID);
  expect(value).toMatchObject({ submitted: true, checked: { base: { certified: true, since: [adopted] } } });
  expect((await nova.json('rebase')).value).toMatchObject({ done: 'rebased', since: [{ pull: adopted }] });
  expect(await train()).toMatch(/^WARM_UP = 300\n[\s\S]*BATCH = 32\n$/);
  const update = await nova.json('submit', '--update');
  expect(update.value).toMatchObject({
    action: 'updated',
    checked: { base: { certified: false, since: [] } },
  });
  await stage.settle();
  expect(await baseOf(value.number)).toBe((await head()).blob);
});

test('what is adopted ends a watch with a status of its own, and why names the rule that guessed', async () => {
  const said = await nova.descent('watch', String(adopted), '--minutes', '1');
  expect(said.status).toBe(3);
  expect(said.out).toMatch(/adopted as a guess, not certified\n[\s\S]*no record[\s\S]*Next: build on it/);
  expect((await nova.descent('why', String(adopted))).out).toMatch(/frontier passed \(adopt\)/);
  expect((await nova.descent('show', String(adopted), '--fresh')).out).toMatch(
    /adopted, val_bpb 1\.75.*a guess, not certified/,
  );
  expect(await stage.file('results/README.md')).toMatch(
    /\*\*Record: 2\.0[\s\S]*Best guess, not certified: 1\.[\s\S]*#/,
  );
});

test('a gain whose change meets the same lines is told with both sides, and rebase says the same', async () => {
  await edit(withLine(await train(), 'WARM_UP = 300'));
  const mine = await train();
  const { value } = await nova.json('submit', '--fresh', ...SAID);
  await stage.settle();
  await stage.measureOn(0, { valBpb: 1.7 });
  const shown = await nova.descent('show', String(value.number), '--fresh');
  expect(shown.out).toContain(`adopted since, and changed the same lines: #${adopted}`);
  expect(shown.out).toMatch(/\| BATCH = 32[\s\S]*\| WARM_UP = 300/);
  const rebased = await nova.descent('rebase');
  expect(rebased.status).toBe(1);
  expect(rebased.out).toMatch(/\| BATCH = 32[\s\S]*\| WARM_UP = 300/);
  expect(await train()).toBe(mine);
});
