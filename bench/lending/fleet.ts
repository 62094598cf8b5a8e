import { Fleet } from '../../testing/bot/fleet.ts';
import { CONFIG } from '../../testing/examples/config.ts';

/** Many machines that owners lend, whose runs are played: what a run costs of each owner's limit at GitHub. */

const PULLS = 8;

/** @returns how many machines were known to be free, and the bot's requests in machines' repositories for each run */
export async function ofManyMachines(owners: number, each: number, say: (text: string) => void) {
  const fleet = await Fleet.open(owners, each, CONFIG.replace('capacity: 2', 'capacity: 100'));
  try {
    const { stage } = fleet;
    const machines = fleet.machines.filter((one) => one.known()?.availability?.status === 'free').length;
    say(`${machines} machines are free`);
    await fleet.work(() => ({ valBpb: 2 })); // main's own file
    const before = (await stage.control.requests()).at(-1)!.n;
    for (let i = 0; i < PULLS; i++) await stage.open(`agent${i}`, `print(${i})\n`);
    const runs = await fleet.work(() => ({ valBpb: 3 }));
    const asked = (await stage.control.requests(before)).filter(
      ({ actor, path }) => actor === 'descent[bot]' && /^\/repos\/owner\d+\//.test(path),
    );
    say(`${runs.length} runs were measured, with ${asked.length} requests in their owners' repositories`);
    return { machines, requestsPerRun: asked.length / runs.length };
  } finally {
    await fleet.close();
  }
}
