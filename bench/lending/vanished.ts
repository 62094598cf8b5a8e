import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeRun, type RunKey } from '../../app/model/state.ts';
import { MEANWHILE, untuned } from '../../demo/requests.ts';
import { listProcesses } from '../../lend/runner/processes/list.ts';
import { Agent } from '../../testing/town/agent.ts';
import { startLending } from '../../testing/town/lender.ts';
import { REPO } from '../../testing/town/town.ts';
import { eventsOf, type LendingTown, until } from './town.ts';

/** How soon the swarm goes on without a machine that dies: from the kill -9 of a client and of all that it started, by real clocks. */

/** @returns the seconds until the bot has ordered the same seed and number from the other owner */
export async function vanishedToReorderSeconds(
  lending: LendingTown,
  [here, other]: [Owner, Owner],
  say: (text: string) => void,
): Promise<number> {
  await startLending(lending.processes, lending.town, other);
  const owners = [here, other];
  await until('both machines are free', async () =>
    (await Promise.all(owners.map(({ name }) => isFree(lending, name)))).every(Boolean),
  );
  const pull = await openEndless(lending);
  const taken = await until('a machine trains', async () => {
    for (const key of await runsOf(lending, pull)) {
      const owner = owners.find((one) => key.lent === `${one.owner}.${one.name}`);
      if (owner && (await trains(lending, owner.name))) return { owner, key };
    }
    return null;
  });
  await sleep(1000 + Math.random() * 4000); // it dies at any moment
  const { owner, key } = taken;
  const killed = await killAll(join(lending.processes.folder, `home-${owner.owner}`));
  const died = performance.now();
  say(`${key.lent} was killed in the middle of its job, ${killed} processes; the bot is waited for`);
  const again = await until('the run is ordered again', async () =>
    (await runsOf(lending, pull)).find((one) => one.nonce !== key.nonce && one.lent && one.runId !== 0),
  );
  const seconds = (performance.now() - died) / 1000;
  if (again.lent === key.lent || again.seed !== key.seed || again.ordinal !== key.ordinal)
    throw new Error(`Another run was ordered: ${JSON.stringify({ key, again })}`);
  say(`${again.lent} was given the same seed after ${seconds.toFixed(1)} s`);
  return seconds;
}

interface Owner {
  owner: string;
  name: string;
}

/** Opens a pull request whose file trains until it is ended. @returns its number */
async function openEndless({ town, processes }: LendingTown): Promise<number> {
  const [request] = MEANWHILE;
  const { agent: login, name, title, body, files } = request!;
  const folder = join(processes.folder, 'agents');
  await mkdir(folder);
  const agent = await Agent.join(town.url, login, REPO, folder);
  const trainPy = await readFile(join(processes.repository, 'train/train.py'), 'utf8');
  await agent.push(name, title, files({ 'train/train.py': untuned(trainPy), 'train/prepare.py': '' }));
  return await agent.open(name, title, body);
}

/** The runs of a pull request that the bot has ordered, as its checks name them. */
async function runsOf({ town }: LendingTown, pull: number): Promise<RunKey[]> {
  const { data } = await town.onlooker.pulls.get({ ...REPO, pull_number: pull });
  const checks = await town.onlooker.checks.listForRef({ ...REPO, ref: data.head.sha });
  return checks.data.check_runs.flatMap(({ external_id: id }) => decodeRun(id ?? '')?.key ?? []);
}

async function isFree(lending: LendingTown, name: string): Promise<boolean> {
  const last = (await eventsOf(lending, name)).findLast(({ event }) => event === 'state');
  return last?.event === 'state' && last.state === 'free';
}

async function trains(lending: LendingTown, name: string): Promise<boolean> {
  const last = (await eventsOf(lending, name)).findLast(({ event }) => event === 'job' || event === 'ended');
  return last?.event === 'job' && last.phase === 'train';
}

/** SIGKILL for all that names this home, and for all that they started. @returns how many there were */
async function killAll(home: string): Promise<number> {
  const killed = new Set<number>();
  for (let quiet = 0; quiet < 5; await sleep(20)) {
    const all = listProcesses();
    const mine = new Set(all.flatMap(({ pid }) => (names(pid, home) ? pid : [])));
    for (let more = true; more; ) {
      const children = all.filter(({ pid, parent }) => mine.has(parent) && !mine.has(pid));
      for (const { pid } of children) mine.add(pid);
      more = children.length > 0;
    }
    for (const pid of mine) kill(pid);
    for (const pid of mine) killed.add(pid);
    quiet = mine.size === 0 ? quiet + 1 : 0;
  }
  return killed.size;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function names(pid: number, home: string): boolean {
  try {
    return ['environ', 'cmdline'].some((file) =>
      readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(home),
    );
  } catch {
    return false; // it is gone
  }
}
