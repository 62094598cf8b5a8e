import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG, REPO, Stage } from '../../testing/bot/stage.ts';

const require = createRequire(import.meta.url);

let stage: Stage;
afterEach(() => stage.close());

/** The real command in a process of its own. */
function sweep(env: Record<string, string>) {
  return execa(process.execPath, [require.resolve('../sweep/main.ts'), '--json'], {
    env: {
      GITHUB_API_URL: stage.emulator.url,
      LOG_LEVEL: 'error',
      DESCENT_CACHE: join(stage.folder, 'cache'),
      PATH: process.env.PATH,
      ...env,
    },
    extendEnv: false,
    reject: false,
  });
}

describe('the sweep', () => {
  it('with nothing but a workflow token takes a pull request from nothing to a merge', async () => {
    stage = await Stage.open();
    const env = { GITHUB_TOKEN: stage.workflowToken(), GITHUB_REPOSITORY: `${REPO.owner}/${REPO.repo}` };
    const number = await stage.open('nova', 'print("better")\n');
    expect((await sweep(env)).stderr).toBe('');
    await stage.measure({ valBpb: 2 });
    await sweep(env);
    await stage.measure({ valBpb: 1.5 });
    const last = await sweep(env);
    expect(JSON.parse(last.stdout)).toEqual({
      repositories: { 'descent/descent': { pulls: [number], runs: 2 } },
    });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(number);
  }, 90_000);

  it("with the App's credentials does the same without a server", async () => {
    stage = await Stage.open();
    const env = { APP_ID: String(stage.app.id), PRIVATE_KEY: stage.app.private_key };
    await sweep(env);
    await stage.measure({ valBpb: 2 });
    const number = await stage.open('nova', 'print("other")\n');
    await sweep(env);
    await stage.measure({ valBpb: 2.5 });
    await sweep(env);
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
  }, 90_000);

  it('without credentials says what it needs and fails', async () => {
    stage = await Stage.open();
    const said = await sweep({});
    expect(said.exitCode).toBe(1);
    expect(said.stderr).toContain('Neither APP_ID');
    expect(said.stderr).toContain('nor GITHUB_TOKEN');
  });
});

describe('where people merge', () => {
  it('a winner is labelled ready; merged by hand, it holds the record', async () => {
    stage = await Stage.open({ '.github/descent.yml': CONFIG.replace('merge: true', 'merge: false') });
    await stage.begin(2);
    const number = await stage.open('nova', 'print("better")\n');
    await stage.measure({ valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'open', labels: ['improved', 'ready'] });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBeNull();
    await stage.agentOf(REPO.owner).pulls.merge({ ...REPO, pull_number: number });
    await stage.settle();
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect((await stage.leaderboard()).tracks.cpu!.incumbent).toMatchObject({ pull: number, valBpb: 1.5 });
  });
});
