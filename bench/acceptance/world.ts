import type { MeasuredRun } from '../../core/rules/acceptance/rule.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenarios.ts';

/** A track with its machines, where the true losses are known and only runs are seen. */

interface Machine {
  owner: string;
  machine: string;
  offset: number;
}

/** A file under measurement: its true loss, known to the simulation alone, and its own spread. */
export interface File {
  loss: number;
  sigma: number;
}

export interface World {
  scenario: Scenario;
  random: Random;
  machines: readonly Machine[];
  measure(file: File, machine: Machine, stage: MeasuredRun['stage']): MeasuredRun;
}

/** A rule of acceptance at work on one track. It keeps its own state: the record, its runs, what it learned. */
export interface Policy {
  /** Judges one candidate; `keep` false asks what would happen and changes nothing. */
  judge(candidate: File, keep: boolean): { merged: boolean; runs: number };
  /** What the record claims its loss to be. */
  recordLoss(): number;
  /** Runs spent on the incumbent so far. */
  incumbentRuns(): number;
}

export type CreatePolicy = (world: World, incumbent: File) => Policy;

const NAMES = ['ada', 'bell', 'cori', 'dee', 'eve'];

/** None of the owners is the author. */
export function createWorld(scenario: Scenario, random: Random): World {
  const owners = Array.from({ length: scenario.owners }, (_, i) => NAMES[i] ?? `owner-${i + 1}`);
  const machines = owners.flatMap((owner) =>
    Array.from({ length: scenario.machinesEach }, (_, n) => ({
      owner,
      machine: `${owner}-${n + 1}`,
      offset: scenario.machineSigma * random.normal(),
    })),
  );
  return {
    scenario,
    random,
    machines,
    measure: (file, { owner, machine, offset }, stage) => ({
      stage,
      seed: Math.floor(random.uniform() * 2 ** 31),
      owner,
      machine,
      valBpb: file.loss + offset + file.sigma * scenario.noise(random),
    }),
  };
}
