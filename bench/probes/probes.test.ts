import { expect, test } from 'vitest';
import { CHEATS } from './cheats.ts';
import { drawPool } from './pool.ts';
import { seeded } from './random.ts';
import { boundOf } from './table.ts';
import { shareThatPasses } from './trials.ts';
import { makeWorld, toBpb, toNats } from './world.ts';

const world = makeWorld(2000, 32, 7);
const tokens = world.honest.length;
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const named = (words: string) => CHEATS.find(({ name }) => name.startsWith(words))!;
const OPTIONS = { probes: 400, runs: 1, trials: 300 };

test('the simulated losses are like those measured on an H100', () => {
  const apart = world.honest.map((loss, index) => Math.abs(loss - world.reference[index]!));
  const gained = world.honest.map((loss, index) => Math.max(0, world.reference[index]! - loss));
  const hardest = world.honest.toSorted().slice(-tokens * 0.0005);
  expect(toBpb(mean(world.honest))).toBeCloseTo(1, 1);
  expect(mean(apart)).toBeCloseTo(0.47, 1);
  expect(mean(gained)).toBeCloseTo(0.24, 1);
  expect(mean(hardest)).toBeGreaterThan(12);
  expect(mean(hardest)).toBeLessThan(16);
});

test('equal seeds give equal worlds', () => {
  expect(makeWorld(10, 10, 3).honest).toEqual(makeWorld(10, 10, 3).honest);
  expect(makeWorld(10, 10, 3).honest).not.toEqual(makeWorld(10, 10, 4).honest);
});

test.each(CHEATS)('$name: claims the gain it was given, and nothing impossible', (cheat) => {
  const gain = toNats(0.001);
  const lies = cheat.lies(world, gain);
  expect(Math.abs(mean(lies) / gain - 1)).toBeLessThan(cheat.name.startsWith('noise') ? 1 : 0.06);
  const noisy = cheat.kind === 'uniform' || cheat.name.startsWith('noise');
  if (!noisy)
    for (const [index, lie] of lies.entries()) expect(lie).toBeLessThanOrEqual(world.honest[index]! + 1e-6);
});

test('an honest model passes every time', async () => {
  const pool = await drawPool(world, new Float32Array(tokens), { probes: 400, guided: true }, 3);
  expect(shareThatPasses(pool, 0, { ...OPTIONS, random: seeded(1) })).toBe(1);
});

test('every cheat of 0.02 bpb is caught, though it knows how probes are drawn', async () => {
  for (const cheat of CHEATS.filter(({ beyond }) => beyond === undefined)) {
    const lies = cheat.lies(world, toNats(0.02));
    const gain = mean(lies); // counterweights cannot gain so much
    const pool = await drawPool(world, lies, { probes: 400, guided: true }, 5);
    expect(shareThatPasses(pool, gain, { ...OPTIONS, random: seeded(1) }), cheat.name).toBeLessThan(0.01);
  }
});

test("guiding by the incumbent's claims is what finds a cheat on few tokens", async () => {
  const lies = named('hardest tokens known').lies(world, toNats(0.002));
  const found = async (guided: boolean) => {
    const pool = await drawPool(world, lies, { probes: 400, guided }, 10);
    const all = [...pool.uniform, ...pool.guided];
    return all.filter((lie) => lie !== 0).length / all.length;
  };
  expect(await found(true)).toBeGreaterThan(5 * (await found(false)));
});

test('what must pass five times passes less often', async () => {
  const gain = toNats(0.0004);
  const pool = await drawPool(
    world,
    named('hardest tokens known').lies(world, gain),
    { probes: 400, guided: true },
    10,
  );
  const once = shareThatPasses(pool, gain, { ...OPTIONS, random: seeded(1) });
  expect(shareThatPasses(pool, gain, { ...OPTIONS, runs: 5, random: seeded(1) })).toBeLessThan(once);
});

test('the bound is the worst of the cheats that the threat model holds', () => {
  const [inside, beyond] = [CHEATS[0]!, CHEATS.find((cheat) => cheat.beyond)!];
  const results = [
    { cheat: inside, oneRun: 0.001, merge: 0.0001 },
    { cheat: CHEATS[1]!, oneRun: 0.0005, merge: 0.0002 },
    { cheat: beyond, oneRun: 1, merge: 1 },
  ];
  expect(boundOf(results)).toEqual({ gainCaughtOneRun: 0.001, gainCaughtMerge: 0.0002 });
});
