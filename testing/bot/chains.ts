import { ADA, BOB } from './owners.ts';
import { FRONTIER, Stage } from './stage.ts';

export { FRONTIER } from './stage.ts';

/** Chains on a frontier: the stage for stories of how they are certified or refuted. */

/** What a machine reports: of main's file, and of every other. */
export type Loss = (run: { stage: string; blob: string; machine: string }) => number;

/** A link that gained so much that its chain is certified at once. */
export const leap: Loss = ({ stage }) => (stage === 'baseline' ? 2 : 0.6);

const SPREAD = [0.07, -0.07];

/** Main's file is known to be at 2 from ada's and bob's machines. */
export async function frontierStage(config = FRONTIER): Promise<Stage> {
  const stage = await Stage.open({ '.github/descent.yml': config });
  await stage.beginSeveral(2);
  return stage;
}

/** The text of a link's file. */
export const fileOf = (name: string) => `print("${name}")\n`;

/** A pull request that goes on from the frontier's head, where there is one. */
export async function openLink(stage: Stage, author: string, name: string): Promise<number> {
  const { frontier } = (await stage.leaderboard()).tracks.cpu!;
  const from = frontier?.chain.length ? await stage.branch('frontier') : undefined;
  return stage.open(author, fileOf(name), { title: `Try ${name}`, ...(from && { from }) });
}

/** Machines measure the jobs they get until none is left: main's file at 2, others as `loss` says. */
export async function measureAll(
  stage: Stage,
  loss: number | Loss,
  machines = [ADA, BOB],
  most = 40,
): Promise<string[]> {
  const done: string[] = [];
  const main = (await stage.leaderboard()).tracks.cpu!.incumbent.blob;
  for (let idle = 0, i = 0; idle < machines.length && done.length < most; i++) {
    const taken = await stage.take(machines[i % machines.length]!);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    const { stage: of, blob, seed } = taken.job;
    const machine = taken.machine.split('.')[0]!;
    const said = typeof loss === 'number' ? (blob === main ? 2 : loss) : loss({ stage: of, blob, machine });
    // No two seeds give the same loss, which would be a pinned seed; and certifying runs spread as runs do.
    const spread = of === 'explore' ? 0 : SPREAD[done.length % 2]!;
    await stage.finish(taken, { valBpb: said + spread + (seed % 1000) * 1e-6 });
    done.push(`${of} ${machine}`);
  }
  return done;
}

/** What the leaderboard says of the chain. */
export async function chainOf(stage: Stage) {
  const { frontier } = (await stage.leaderboard()).tracks.cpu!;
  return { pulls: frontier?.chain.map(({ pull }) => pull) ?? [], certifying: frontier?.certifying ?? null };
}

/** As if the track had made so many runs since its last certification. */
export async function afterRuns(stage: Stage, runs: number): Promise<void> {
  const board = await stage.leaderboard();
  board.tracks.cpu!.frontier!.runsSince = runs;
  await stage.commit({ 'results/leaderboard.json': `${JSON.stringify(board, null, 2)}\n` });
}
