import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { MACHINE_FILE, type MachineFile, parseMachineFile } from '../../core/formats/lending/machine-file.ts';
import type { Octokit } from '../github/connect.ts';
import { again } from '../github/explain.ts';
import { findPlace, isMachines, makePlace, type Place, putFiles, textAt } from '../github/place.ts';
import { machineFiles } from '../template/files.ts';

/** `descent lend --setup`: the machine's repository as it should be, whatever was there before. */

export interface Wanted {
  swarm: string;
  login: string;
  repository: string;
  /** Null: as the machine file has it, else a name made from the computer's. */
  machine: string | null;
  tracks: string[] | null;
  /** For a repository that says nothing yet. */
  defaults: { machine: string; tracks: string[] };
}

export interface Made {
  place: Place;
  file: MachineFile;
  created: boolean;
  /** Files that were written; none when all was right already. */
  changed: string[];
}

/** @param tell what happens, for the owner */
export async function setUpRepository(
  octokit: Octokit,
  wanted: Wanted,
  tell: (line: string) => void,
): Promise<Made> {
  const found = await findPlace(octokit, wanted.login, wanted.repository);
  if (found !== null && !(await isMachines(octokit, found)))
    throw new CommandError(
      `${found.owner}/${found.name} exists and is not a machine's repository`,
      `Choose another name: ${DESCENT} lend --setup --repository NAME`,
    );
  const place = found ?? (await makePlace(octokit, wanted.login, wanted.repository));
  tell(`${found === null ? 'Made' : 'Found'} the repository ${place.owner}/${place.name}.`);
  const file = machineFile(await textAt(octokit, place, MACHINE_FILE), wanted, place, tell);
  const written = await putFiles(octokit, place, await machineFiles(file));
  if (written !== null) tell(`Wrote ${written.changed.join(', ')}.`);
  await guard(octokit, place);
  tell('Workflow runs of outside contributors need your approval there, all of them.');
  return { place, file, created: found === null, changed: written?.changed ?? [] };
}

/** What the owner wrote stays, unless an option says otherwise. */
function machineFile(
  text: string | null,
  { swarm, machine, tracks, defaults }: Wanted,
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
  const kept = there?.ok ? there.value : { ...defaults, accepts: ['commons' as const] };
  return { ...kept, swarm, machine: machine ?? kept.machine, tracks: tracks ?? kept.tracks };
}

/** No stranger's pull request starts a workflow, and Actions are on. */
async function guard(octokit: Octokit, place: Place): Promise<void> {
  const at = { owner: place.owner, repo: place.name };
  const path = 'PUT /repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval';
  await again(() => octokit.request(path, { ...at, approval_policy: 'all_external_contributors' }));
}
