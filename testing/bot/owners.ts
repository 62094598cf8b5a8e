import { type ExperimentResult, resultSchema } from '../../core/formats/result.ts';
import { AUDITED, REPO, Stage } from './stage.ts';

/** Three owners, any of whom may lie, and those who join later: the stage for stories of audits. */

export const ADA = 0;
export const BOB = 1;
export const EVE = 2;

export type Loss = (machine: string, stageOfRun: string) => number;

/** Main's file is known to be at 2 from ada's and bob's machines; eve's has joined and measured nothing yet. */
export async function threeOwners(config = AUDITED): Promise<Stage> {
  const stage = await Stage.open({ '.github/descent.yml': config });
  await stage.beginSeveral(2);
  await stage.addMachine('eve', 'box');
  return stage;
}

/** Each machine measures the jobs it gets until none is left. `loss` says what it reports. */
export async function measureAll(
  stage: Stage,
  loss: Loss,
  machines = [ADA, BOB, EVE],
  most = 40,
): Promise<string[]> {
  const done: string[] = [];
  for (let idle = 0, i = 0; idle < machines.length && done.length < most; i++) {
    const machine = machines[i % machines.length]!;
    const taken = await stage.take(machine);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    // No two seeds give the same loss: that would be a pinned seed.
    const name = taken.machine.split('.')[0]!;
    const valBpb = loss(name, taken.job.stage) + taken.job.seed * 1e-18;
    await stage.finish(taken, { valBpb });
    done.push(`${taken.job.stage} ${name}`);
  }
  return done;
}

export async function recordOf(stage: Stage, pull: number): Promise<ExperimentResult> {
  const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
  const file = (data as { name: string }[]).find((one) => one.name.startsWith(`${pull}-`));
  if (!file) throw new Error(`#${pull} has no record`);
  return resultSchema.parse(JSON.parse(await stage.file(`results/experiments/0/${file.name}`)));
}
