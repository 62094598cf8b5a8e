import type { Cheat } from './cheats.ts';
import { drawPool } from './pool.ts';
import { shareThatPasses } from './trials.ts';
import { toNats, type World } from './world.ts';

/** What "caught" means: at most one trial in a hundred gets through. */
const MISSED = 0.01;
const START_BPB = 0.0004;
const FLOOR_BPB = 0.00005;
const STEP = 2 ** (1 / 3);

export interface Search {
  probes: number;
  runs: number;
  trials: number;
  /** Real draws behind the trials. */
  draws: number;
}

/** The smallest gain of a cheat that is caught with 99 %, bpb, to a step of a quarter; at least 0.00005. */
export async function smallestCaught(world: World, cheat: Cheat, search: Search): Promise<number> {
  const caught = async (bpb: number) => {
    const gain = toNats(bpb);
    const probing = {
      probes: search.probes,
      guided: !cheat.withoutReference,
      knowsKinds: cheat.knowsKinds === true,
    };
    const pool = await drawPool(world, cheat.lies(world, gain), probing, search.draws);
    return shareThatPasses(pool, gain, { ...search, random: world.random }) <= MISSED;
  };
  let bpb = START_BPB;
  while (bpb > FLOOR_BPB && (await caught(bpb))) bpb /= 2;
  if (bpb <= FLOOR_BPB) return FLOOR_BPB;
  do bpb *= STEP;
  while (!(await caught(bpb)));
  return bpb;
}
