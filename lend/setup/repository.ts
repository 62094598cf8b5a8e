import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { MACHINE_FILE, type MachineFile, parseMachineFile } from '../../core/formats/lending/machine-file.ts';
import { runnerName } from '../../core/formats/lending/runner-name.ts';
import type { Octokit } from '../github/connect.ts';
import { again } from '../github/explain.ts';
import { findPlace, isMachines, makePlace, type Place, putFiles, textAt } from '../github/place.ts';
import { machineFiles } from '../template/files.ts';

/** The machine's repository as it should be, whatever was there before. */

export interface Wanted {
  swarm: string;
  /** Null: as the machine file has it, else the default. */
  machine: string | null;
  tracks: string[] | null;
  accepts: MachineFile['accepts'] | null;
  /** For a repository that says nothing yet. */
  defaults: { machine: string; tracks: string[] };
}

/** What a new machine is lent to: experiments, in their order and before their turn. They are the same work. */
const NEW_ACCEPTS: MachineFile['accepts'] = ['commons', 'bids'];

/** GitHub takes no longer name of a runner. */
const RUNNER_NAME = 64;

/** How long a machine's name may be, since its runners' names begin with its owner's. */
export function longestName(login: string): number {
  return RUNNER_NAME - runnerName(login, '', '0'.repeat(8), 2).length;
}

/** The repository of this name, made where there is none. @throws CommandError where it is there for something else */
export async function findOrMake(
  octokit: Octokit,
  login: string,
  name: string,
  tell: (line: string) => void,
): Promise<Place> {
  const found = await findPlace(octokit, login, name);
  if (found !== null && !(await isMachines(octokit, found)))
    throw new CommandError(
      `${found.owner}/${found.name} exists and is not a machine's repository`,
      `Choose another name: ${DESCENT} lend --setup --repository NAME`,
    );
  const place = found ?? (await makePlace(octokit, login, name));
  tell(`${found === null ? 'Made' : 'Found'} the repository ${place.owner}/${place.name}.`);
  return place;
}

/** Its files and its guard, written where they differ. @returns what its machine file says then */
export async function furnish(
  octokit: Octokit,
  place: Place,
  wanted: Wanted,
  tell: (line: string) => void,
): Promise<MachineFile> {
  const file = machineFile(await textAt(octokit, place, MACHINE_FILE), wanted, place, tell);
  const most = longestName(place.owner);
  if (file.machine.length > most)
    throw new CommandError(
      `the machine's name ${file.machine} is too long for GitHub, with ${place.owner} before it`,
      `Choose one of at most ${most} characters: ${DESCENT} lend --setup --machine NAME`,
    );
  const written = await putFiles(octokit, place, await machineFiles(file));
  if (written !== null) tell(`Wrote ${written.changed.join(', ')}.`);
  await guard(octokit, place);
  return file;
}

/** What the owner wrote stays, unless an option says otherwise. */
function machineFile(
  text: string | null,
  { swarm, machine, tracks, accepts, defaults }: Wanted,
  place: Place,
  tell: (line: string) => void,
): MachineFile {
  const there = text === null ? null : parseMachineFile(text);
  if (there?.ok && there.value.swarm.toLowerCase() !== swarm.toLowerCase())
    throw new CommandError(
      `${place.owner}/${place.name} lends to ${there.value.swarm}, not to ${swarm}`,
      `Make another repository for this swarm: ${DESCENT} lend --setup --repository NAME`,
    );
  if (there?.ok === false)
    tell(
      `${MACHINE_FILE} was not right (${there.problems.join('; ')}); it is written anew, git keeps the old one.`,
    );
  const kept = there?.ok ? there.value : { ...defaults, accepts: NEW_ACCEPTS };
  return {
    ...{ ...kept, swarm, machine: machine ?? kept.machine },
    ...{ tracks: tracks ?? kept.tracks, accepts: accepts ?? kept.accepts },
  };
}

/** No stranger's pull request starts a workflow, and Actions are on. */
async function guard(octokit: Octokit, place: Place): Promise<void> {
  const at = { owner: place.owner, repo: place.name };
  const path = 'PUT /repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval';
  await again(() => octokit.request(path, { ...at, approval_policy: 'all_external_contributors' }));
}
