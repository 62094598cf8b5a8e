import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { JOINING_LABEL } from '../../core/formats/labels.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';

const require = createRequire(import.meta.url);

let stage: Stage;
afterEach(() => stage.close());

/** How often GitHub was asked for this. */
const asked = async (method: string, path: RegExp) =>
  (await stage.control.requests()).filter(
    (one) => one.method === method && path.test(one.path) && one.status < 400,
  ).length;
const DISPATCH = /\/actions\/workflows\/experiment\.yml\/dispatches$/;

/** What main's history says of a pull request. */
async function verdictsOf(pull: number): Promise<string[]> {
  const { data } = await stage.onlooker.repos.listCommits({ ...REPO, per_page: 50 });
  return data.map((one) => one.commit.message).filter((message) => message.includes(`(#${pull})`));
}

describe('two sweeps at once', () => {
  it('of one server come one after the other', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const INSTALLATIONS = /^\/app\/installations/;
    const before = await asked('GET', INSTALLATIONS);
    const first = stage.bot!.descent.sweep(null);
    const second = stage.bot!.descent.sweep(null);
    await first;
    expect(await asked('GET', INSTALLATIONS)).toBe(before + 1);
    await second;
    expect(await asked('GET', INSTALLATIONS)).toBe(before + 2);
  });

  it('of two processes prepare once, dispatch once and give one verdict', async () => {
    stage = await Stage.open();
    await bothSlowly();
    expect(await asked('POST', DISPATCH)).toBe(1); // of main's file
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: JOINING_LABEL });
    expect(issues).toHaveLength(1);
    await stage.measure({ valBpb: 2 });
    await bothSlowly();

    const number = await stage.open('nova', 'print("worse")\n');
    await bothSlowly();
    expect(await asked('POST', DISPATCH)).toBe(2);
    await stage.measure({ valBpb: 2.5 });
    await bothSlowly();
    expect(await asked('POST', DISPATCH)).toBe(2);
    expect(await verdictsOf(number)).toHaveLength(1);
    expect((await stage.leaderboard()).tracks.cpu!.counts).toEqual({ regressed: 1 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'closed', labels: ['regressed'] });
    expect(view.comments).toHaveLength(1);
    expect(await stage.take()).toBeNull();
  }, 180_000);

  it('of two machines give one verdict, though a run may be dispatched twice', async () => {
    stage = await Stage.open();
    const CACHES = ['one', 'other'];
    const untilDone = async (valBpb: number) => {
      await bothSlowly(CACHES);
      while (await stage.measureOn(0, { valBpb })) await bothSlowly(CACHES);
    };
    await untilDone(2);
    const number = await stage.open('nova', 'print("better")\n');
    await untilDone(1.5);
    expect(await verdictsOf(number)).toHaveLength(1);
    const { counts, history } = (await stage.leaderboard()).tracks.cpu!;
    expect(counts).toEqual({ improved: 1 });
    expect(history.map(({ pull }) => pull)).toEqual([null, number]);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    // The one that finds it merged says what the other did.
    for (const comment of view.comments) expect(comment).not.toContain('/commits/main)');
  }, 180_000);
});

/** So slowly that each would have read before the other has written. @param caches the same for two processes of one machine */
async function bothSlowly(caches = ['cache', 'cache']): Promise<void> {
  await stage.control.faults({ slowMs: 250 });
  const both = await Promise.all(caches.map(sweepWith));
  for (const one of both) expect(one.exitCode, one.stderr).toBe(0);
  await stage.control.faults();
}

/** The real command. */
function sweepWith(cache: string) {
  return execa(process.execPath, [require.resolve('../sweep/main.ts'), '--json'], {
    env: {
      PATH: process.env.PATH,
      APP_ID: String(stage.app.id),
      PRIVATE_KEY: stage.app.private_key,
      GITHUB_API_URL: stage.emulator.url,
      LOG_LEVEL: 'error',
      DESCENT_CACHE: join(stage.folder, cache),
    },
    extendEnv: false,
    reject: false,
  });
}
