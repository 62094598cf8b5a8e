import { afterEach, describe, expect, it } from 'vitest';
import { REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const press = async (login: string, number: number, button: string, name = 'descent') => {
  const check = await stage.check((await stage.view(number)).head, name);
  const repository = `${REPO.owner}/${REPO.repo}`;
  await stage.control.press({ login, repository, check_run: check!.id, button });
  await stage.settle();
};

/** A pull request from a fork that the swarm failed twice. */
async function failed(): Promise<number> {
  stage = await Stage.open();
  await stage.begin(2);
  const number = await stage.open('nova', 'print("better")\n');
  for (const _ of [1, 2]) {
    await stage.complete((await stage.take())!, 'failure');
    await stage.settle();
  }
  expect(await stage.take()).toBeNull();
  return number;
}

describe("the buttons of a check on a fork's head, for which GitHub names no pull request", () => {
  it.each([
    ['"Re-run" of the check `descent`', 'Re-run', 'descent'],
    ['"Re-run" of the run that failed', 'Re-run', 'descent cpu explore 1'],
    ['"Re-run all checks"', 'Re-run all checks', 'descent'],
  ])('%s asks the swarm again for what it failed at', async (_what, button, name) => {
    const number = await failed();
    await press('descent', number, button, name);
    await stage.measure({ valBpb: 1.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('they are for who may write: its author has /rerun instead', async () => {
    const number = await failed();
    await expect(press('nova', number, 'Re-run')).rejects.toThrow('403');
    expect(await stage.take()).toBeNull();
  });

  it('what was measured is not measured again', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    const number = await stage.open('nova', 'print("worse")\n');
    await stage.measure({ valBpb: 2.5 });
    const before = await stage.view(number);
    for (const button of ['Re-run', 'Re-run all checks']) await press('descent', number, button);
    expect(await stage.take()).toBeNull();
    expect(await stage.view(number)).toEqual(before);
  });
});
