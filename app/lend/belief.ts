import { parseConfig } from '../../core/formats/config.ts';
import { type Accepts, type MachineFile, parseMachineFile } from '../../core/formats/lending/machine-file.ts';
import { machineName } from '../../core/formats/lending/runner-name.ts';
import { NO_OWNER, ownerOf } from '../../core/owner.ts';
import type { LendingReading } from '../github/lending.ts';
import { doesNotLend, lendsTo, type MachineSaid, NOT_LENT } from '../say/machine-check.ts';

/** Which repositories are believed to be a machine's: a function of what they say, and of the swarms that this App serves. */

/** Whose machine a repository is, whether or not its swarm has work for it now. */
export interface Identity {
  /** Full name of the swarm, in lower case. */
  swarm: string;
  /** What results call it: `ada.desk`. */
  name: string;
  /** What its client calls it. */
  machine: string;
}

export interface Believed extends Identity {
  tracks: string[];
  accepts: readonly Accepts[];
}

/** `believed` is null where the machine gets no jobs; `said` tells its owner either way. */
interface Belief {
  believed: Believed | null;
  said: MachineSaid;
}

const FILE_LIMIT = 8192;

export function fullName({ owner, name }: Pick<LendingReading, 'owner' | 'name'>): string {
  return `${owner.login}/${name}`;
}

/** The tracks for which this repository takes lent machines; null where it is no swarm that does. */
export function lendingTracks({ config }: LendingReading): string[] | null {
  if (config === null) return null;
  const parsed = parseConfig(config);
  return parsed.ok && parsed.value.lending ? Object.keys(parsed.value.tracks) : null;
}

/** Whether a repository wants to be a machine's. A swarm is none, whatever lies in it. */
export function isMachines(reading: LendingReading): boolean {
  return reading.machineFile !== null && !reading.isSwarm && reading.head !== null;
}

/** Null for a repository of which nothing is believed. What was sent to a machine is judged by this alone: settings of the swarm may change meanwhile. */
export function identityOf(reading: LendingReading): Identity | null {
  const parsed = fileOf(reading);
  if (!isMachines(reading) || !reading.isPublic || reading.isFork || 'problems' in parsed) return null;
  const { swarm, machine } = parsed.file;
  return { swarm: swarm.toLowerCase(), machine, name: machineName(reading.owner.login, machine) };
}

/** What is believed of each repository that wants to be a machine's, by GitHub's number. */
export function beliefsOf(readings: LendingReading[]): Map<number, Belief> {
  const swarms: Swarms = new Map(
    readings.flatMap((reading) => {
      const tracks = lendingTracks(reading);
      const name = fullName(reading);
      return tracks ? [[name.toLowerCase(), { name, tracks }] as const] : [];
    }),
  );
  const beliefs = new Map<number, Belief>();
  const taken = new Map<number, Map<string, LendingReading>>();
  // GitHub's numbers grow: the repository that had a machine's name first keeps it.
  for (const reading of readings.filter(isMachines).sort((a, b) => a.id - b.id)) {
    const belief = beliefIn(reading, swarms, taken);
    beliefs.set(reading.id, belief);
    if (!belief.believed) continue;
    const theirs = taken.get(reading.owner.id) ?? new Map<string, LendingReading>();
    taken.set(reading.owner.id, theirs.set(belief.believed.machine, reading));
  }
  return beliefs;
}

/** A swarm that takes lent machines, by its full name in lower case. */
type Swarms = ReadonlyMap<string, { name: string; tracks: string[] }>;
/** The repositories of believed machines, by owner and machine. */
type Taken = ReadonlyMap<number, ReadonlyMap<string, LendingReading>>;

/** Of one owner: who makes repositories without end is one owner of a few machines. */
const MACHINES = 20;

function beliefIn(reading: LendingReading, swarms: Swarms, taken: Taken): Belief {
  const parsed = fileOf(reading);
  const problems = [
    ...(reading.isPublic ? [] : [NOT_LENT.private]),
    ...(reading.isFork ? [NOT_LENT.fork] : []),
    ...(reading.isArchived ? [NOT_LENT.archived] : []),
    ...(reading.hasWorkflow ? [] : [NOT_LENT.workflow]),
    ...('problems' in parsed ? parsed.problems : unlentBy(reading, parsed.file, swarms, taken)),
  ];
  if (problems.length > 0 || 'problems' in parsed)
    return { believed: null, said: doesNotLend(problems.slice(0, PROBLEMS_SAID)) };
  const { file } = parsed;
  const swarm = swarms.get(file.swarm.toLowerCase())!;
  const tracks = file.tracks.filter((track) => swarm.tracks.includes(track));
  const unknown = file.tracks.filter((track) => !tracks.includes(track));
  const name = machineName(reading.owner.login, file.machine);
  return {
    believed: { swarm: file.swarm.toLowerCase(), name, machine: file.machine, tracks, accepts: file.accepts },
    said: lendsTo(name, swarm.name, tracks, unknown),
  };
}

const PROBLEMS_SAID = 10;

type MachineFileOrNot = { file: MachineFile } | { problems: string[] };

/** Each reading is parsed once: of hundreds of machines one at a time is read anew. */
const PARSED = new WeakMap<LendingReading, MachineFileOrNot>();

function fileOf(reading: LendingReading): MachineFileOrNot {
  const parsed = PARSED.get(reading) ?? parsedFile(reading);
  PARSED.set(reading, parsed);
  return parsed;
}

function parsedFile({ machineFile }: LendingReading): MachineFileOrNot {
  if (machineFile !== null && machineFile.length > FILE_LIMIT) return { problems: [NOT_LENT.large] };
  const parsed = parseMachineFile(machineFile);
  return parsed.ok
    ? { file: parsed.value }
    : { problems: parsed.problems.map((problem) => `machine.yml: ${problem}`) };
}

/** What a file that can be read still gets wrong. */
function unlentBy({ owner }: LendingReading, file: MachineFile, swarms: Swarms, taken: Taken): string[] {
  const swarm = swarms.get(file.swarm.toLowerCase());
  if (!swarm) return [NOT_LENT.noSwarm(file.swarm)];
  const theirs = taken.get(owner.id);
  const twin = theirs?.get(file.machine);
  return [
    ...(file.tracks.some((track) => swarm.tracks.includes(track))
      ? []
      : [NOT_LENT.noTrack(swarm.name, swarm.tracks)]),
    ...(ownerOf(machineName(owner.login, file.machine)) === NO_OWNER ? [NOT_LENT.owner(owner.login)] : []),
    ...(theirs && theirs.size >= MACHINES ? [NOT_LENT.many(owner.login, MACHINES)] : []),
    ...(twin ? [NOT_LENT.twin(fullName(twin), file.machine)] : []),
  ];
}
