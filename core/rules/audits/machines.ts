import { DAY_MS } from '../../calendar.ts';
import type { Config } from '../../formats/config.ts';
import type { ExperimentName, MachineState, TrackStanding } from '../../formats/leaderboard.ts';
import type { End, RunResult } from '../../formats/run.ts';
import { namedMap, own } from '../../names.ts';
import { ownerOf } from '../../owner.ts';
import { type MachineTrust, trustOf } from './audit.ts';
import { withLast } from './lately.ts';

/** What a track knows of its machines. Old value -> new value; nothing here writes. */

type Machines = TrackStanding['machines'];

/** Experiments an outlier can cast doubt on: beyond these it is long since a repeat agreed with the machine. */
const UNVOUCHED_KEPT = 100;

/** What the configuration says of machines. */
export type MachineRules = Pick<Config, 'audits' | 'forgiven' | 'blocked'>;

/** Machines that finished runs. Candidates' runs alone are jobs that audits go by; what holds the record is measured everywhere anyway. */
export function seen(machines: Machines, runs: RunResult[], experiment: ExperimentName | null): Machines {
  const next = namedMap(machines);
  for (const run of runs) {
    const { machine, owner, ownerId, at, stage, failedOn = [], ends = [] } = run;
    for (const name of failedOn) {
      const failed = own(next, name);
      if (failed) next[name] = { ...failed, faults: (failed.faults ?? 0) + 1 };
    }
    for (const end of ends)
      if (end.ownerId !== undefined)
        next[end.machine] = afterEnd(own(next, end.machine), end, end.ownerId, at);
    const before = next[machine] ?? { owner, jobs: 0, lastSeen: at, outliers: [], unvouched: [] };
    const lastSeen = [at, before.lastSeen].toSorted().at(-1)!;
    const { faults: _, ...sound } = before; // it works again
    next[machine] = { ...sound, owner, lastSeen };
    if (ownerId !== undefined) next[machine] = withLast({ ...next[machine], ownerId }, 'finished');
    if (experiment === null || (stage !== 'explore' && stage !== 'confirm')) continue;
    const unvouched = before.unvouched.some(is(experiment))
      ? before.unvouched
      : [...before.unvouched, experiment].slice(-UNVOUCHED_KEPT);
    next[machine] = { ...next[machine], jobs: before.jobs + 1, unvouched };
  }
  return next;
}

/** A lent machine is known from the first run that it ended. What its owner did not take back is a fault, as of a machine that says it is free and takes nothing. */
function afterEnd(
  known: MachineState | undefined,
  { machine, how }: End,
  ownerId: number,
  at: string,
): MachineState {
  const before = known ?? { owner: ownerOf(machine), jobs: 0, lastSeen: at, outliers: [], unvouched: [] };
  const lastSeen = [at, before.lastSeen].toSorted().at(-1)!;
  const isFault = how !== 'preempted' && how !== 'disturbed';
  const failed = isFault ? { ...before, faults: (before.faults ?? 0) + 1 } : before;
  return withLast({ ...failed, ownerId, lastSeen }, how);
}

/** A repeat elsewhere agreed with the machine: what it measured up to then is beyond doubt. */
export function vouched(machines: Machines, name: string, experiment: ExperimentName): Machines {
  const before = own(machines, name);
  if (!before) return machines;
  const last = before.unvouched.findLastIndex(is(experiment));
  return { ...machines, [name]: { ...before, unvouched: before.unvouched.slice(last + 1) } };
}

/** The machine stood alone: it starts again, and what it measured lately is no longer trusted. One pull request is one strike. */
export function struck(machines: Machines, name: string, strike: MachineState['outliers'][number]): Machines {
  const before = own(machines, name);
  if (!before) return machines;
  const known = before.outliers.some((one) => one.pull === strike.pull);
  const outliers = known ? before.outliers : [...before.outliers, strike];
  return { ...machines, [name]: { ...before, jobs: 0, outliers, unvouched: [] } };
}

/** @param now ISO 8601 */
export function machineTrust(
  name: string,
  machine: MachineState,
  now: string,
  rules: MachineRules,
): MachineTrust {
  if (isNamed(rules.blocked, name, machine.ownerId)) return 'blocked';
  const { audits } = rules;
  return trustOf({
    jobs: machine.jobs,
    ...strikesOf(name, machine, now, rules),
    ...(audits && { probationJobs: audits['probation-jobs'] }),
  });
}

/** Whether people name it: by its name, or by the number of who lends it, which stays when the login changes: `583231_`. */
export function isNamed(list: readonly string[] | undefined, name: string, ownerId?: number): boolean {
  return (
    list !== undefined && (list.includes(name) || (ownerId !== undefined && list.includes(`${ownerId}_`)))
  );
}

/** What audits found of it, as `audit.ts` takes it. */
export function strikesOf(name: string, { outliers }: MachineState, now: string, { forgiven }: MachineRules) {
  const forgivenAt = own(forgiven, name);
  return {
    outliers: outliers.map(({ at, author }) => ({ at: Date.parse(at), author })),
    // To the end of that day: an appeal is often granted on the day of the outlier.
    forgivenAt: forgivenAt === undefined ? null : Date.parse(forgivenAt) + DAY_MS,
    now: Date.parse(now),
  };
}

export function is({ pull, blob }: ExperimentName): (other: ExperimentName) => boolean {
  return (other) => other.pull === pull && other.blob === blob;
}
