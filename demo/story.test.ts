import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Agent } from '../testing/town/agent.ts';
import { Processes } from '../testing/town/processes.ts';
import { startTown } from '../testing/town/start.ts';
import { REPO } from '../testing/town/town.ts';
import { verifyIn } from './ledger.ts';
import { makeRepository } from './repository.ts';
import { MORNING, untuned } from './requests.ts';
import { look, settled } from './watch.ts';

const REPOSITORY = join(import.meta.dirname, '..');
let folder: string;
let processes: Processes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-whole-story-'));
  processes = new Processes(REPOSITORY, folder);
});
afterEach(async () => {
  await processes.close();
  await rm(folder, { recursive: true, force: true });
});

test('from a hypothesis to a better main: emulator, bot, workflow, action, sandbox and PyTorch', async () => {
  const origin = await makeRepository(REPOSITORY, join(folder, 'origin'), untuned, { margin: 0.1 });
  const { town } = await startTown(processes, origin, [{ owner: 'ada', name: 'desk' }]);
  const improvement = MORNING[1]!;
  await mkdir(join(folder, 'agents'));
  const agent = await Agent.join(town.url, improvement.agent, REPO, join(folder, 'agents'));
  const { stdout: trainPy } = await execa('git', ['show', 'HEAD:train/train.py'], {
    cwd: origin,
    stripFinalNewline: false,
  });
  const files = improvement.files({ 'train/train.py': trainPy, 'train/prepare.py': '' });
  await agent.push(improvement.name, improvement.title, files);
  const number = await agent.open(improvement.name, improvement.title, improvement.body);

  await expect
    .poll(async () => (await look(town.onlooker, REPO)).pulls.every(settled), {
      timeout: 600_000,
      interval: 1000,
    })
    .toBe(true);

  const { data: pull } = await town.onlooker.pulls.get({ ...REPO, pull_number: number });
  expect(pull).toMatchObject({ state: 'closed', merged: true });
  const clone = join(folder, 'look-around');
  await execa('git', ['clone', '--quiet', town.cloneUrl, clone]);
  const git = async (...args: string[]) =>
    (await execa('git', args, { cwd: clone, stripFinalNewline: false })).stdout;
  expect(await git('show', 'main:train/train.py')).toBe(files['train/train.py']);
  expect((await git('log', '-1', '--format=%P')).trim().split(' ')).toContain(pull.head.sha);
  const { tracks } = JSON.parse(await git('show', 'main:results/leaderboard.json'));
  const blob = (await git('rev-parse', 'main:train/train.py')).trim();
  expect(tracks.cpu.incumbent).toMatchObject({ pull: number, blob });
  expect(tracks.cpu.incumbent.valBpb).toBeLessThan(tracks.cpu.history[0].valBpb - 0.1);
  expect(await verifyIn(clone, folder)).toContain('All of the ledger follows from ');
}, 300_000);
