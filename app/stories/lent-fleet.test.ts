import { afterEach, expect, it } from 'vitest';
import { Fleet } from '../../testing/bot/fleet.ts';
import { CONFIG } from '../../testing/examples/config.ts';

/** Many machines at once: the bot is away in the middle, and comes back. */

const OWNERS = 100;
const REQUESTS = 8;

let fleet: Fleet;
afterEach(() => fleet.close());

it('200 machines of 100 owners: a restart in the middle loses no machine and no run, and orders none twice', async () => {
  fleet = await Fleet.open(OWNERS, 2, CONFIG.replace('capacity: 2', 'capacity: 100'));
  const { stage, machines } = fleet;
  const free = () => machines.filter((one) => one.known()?.availability?.status === 'free');
  expect(free()).toHaveLength(2 * OWNERS);
  const [baseline, ...others] = await fleet.work(() => ({ valBpb: 2 }));
  expect([baseline?.job.stage, others]).toEqual(['baseline', []]);

  const pulls: number[] = [];
  for (let i = 0; i < REQUESTS; i++) pulls.push(await stage.open(`agent${i}`, `print(${i})\n`));
  const round = await fleet.take();
  expect(round).toHaveLength(REQUESTS);
  expect(new Set(round.map(({ machine }) => machine.fullName)).size).toBe(REQUESTS);
  const half = REQUESTS / 2;
  for (const one of round.slice(0, half)) await fleet.finish(one, { valBpb: 3 });
  await stage.bot!.close();
  for (const one of round.slice(half)) await fleet.finish(one, { valBpb: 3 }); // nobody hears of it
  await stage.startBot();
  await stage.settle();
  await stage.bot!.descent.sweep(null);
  await stage.settle();

  expect(await fleet.work(() => ({ valBpb: 3 }))).toEqual([]);
  for (const pull of pulls) expect((await stage.view(pull)).labels).toEqual(['regressed']);
  expect(free()).toHaveLength(2 * OWNERS);
  const runs = [...stage.emulator.world.runs.values()].filter((one) => one.path.endsWith('experiment.yml'));
  expect(runs.map((one) => one.conclusion)).toEqual(Array(REQUESTS + 1).fill('success'));
}, 900_000);
