import { MACHINE_REPOSITORY } from '../../core/formats/lending/machine-file.ts';
import { Fleet } from '../../testing/bot/fleet.ts';
import { SEVERAL } from '../../testing/examples/config.ts';

/** What a run costs of the request limits of its owner's installation, in a fleet of machines that report without training. */

/** Machines of an owner, each in a repository of its own. */
const EACH = 2;
/** One of them is better: it is confirmed by other owners, scored once more and merged. The others lose with their first run. */
const PULLS = 8;

/** @returns the mean number of the bot's requests in machines' repositories for each run that counted, and how many machines there were */
export async function ofFleet(
  owners: number,
  say: (text: string) => void,
): Promise<{ requestsPerRun: number; machines: number }> {
  const fleet = await Fleet.open(owners, EACH, SEVERAL.replace('capacity: 2', 'capacity: 100'));
  try {
    const { stage, machines } = fleet;
    const known = machines.filter((one) => one.known()?.availability?.status === 'free').length;
    if (known !== machines.length) throw new Error(`The bot knows ${known} of ${machines.length} machines.`);
    say(`${known} machines of ${owners} owners are free; the incumbent is measured`);
    let runs = 0;
    /** Losses of runs of one file differ a little, as in life. */
    const near = (valBpb: number) => ({ valBpb: valBpb + (runs++ % 4) / 100 });
    await fleet.work(() => near(2));

    const before = (await stage.control.requests()).at(-1)!.n;
    const pulls: number[] = [];
    for (let i = 0; i < PULLS; i++) pulls.push(await stage.open(`agent${i}`, `print(${i})\n`));
    say(`${PULLS} pull requests are open`);
    const done = await fleet.work(({ pull }) => near(pull === pulls[0] ? 1.2 : 2.9));
    for (const pull of pulls)
      if ((await stage.view(pull)).state !== 'closed') throw new Error(`#${pull} was not decided.`);

    const inMachines = new RegExp(`^/repos/owner\\d+/${MACHINE_REPOSITORY}`);
    const asked = (await stage.control.requests(before)).filter(
      ({ actor, path }) => actor === `${stage.app.slug}[bot]` && inMachines.test(path),
    );
    say(`${done.length} runs counted, with ${asked.length} requests in their repositories`);
    return { requestsPerRun: asked.length / done.length, machines: known };
  } finally {
    await fleet.close();
  }
}
