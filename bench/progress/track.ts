import type { MeasuredRun } from '../../core/rules/acceptance/rule.ts';
import type { Random } from '../acceptance/random.ts';
import { createWorld, type File, type World } from '../acceptance/world.ts';
import type { ProgressWorld } from './worlds.ts';

/** One track that measures runs: several in flight, first in, first out. */

export interface Candidate extends File {
  author: string;
  /** True gain over the file it was begun from. */
  effect: number;
}

/** A run that a mode wants. */
export interface Flight {
  file: File;
  stage: MeasuredRun['stage'];
  purpose: Purpose;
  /** Owners whose machines must not take it, or the one whose machine takes it. */
  notOwners?: readonly string[];
  owner?: string;
  done(run: MeasuredRun): void;
}

export const PURPOSES = [
  'candidate',
  'again',
  'composition',
  'refresh',
  'certification',
  'incumbent',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Track {
  world: ProgressWorld;
  random: Random;
  owners: readonly string[];
  /** A candidate begun from this file. */
  begin(base: File): Candidate;
}

/** A way to accept candidates. Losses here are true ones. */
export interface Mode {
  /** The next run for a free machine; there always is another candidate. */
  next(): Flight;
  main(): File;
  frontier(): File;
  counts(): Counts;
}

export interface Counts {
  candidates: number;
  adopted: number;
  certified: number;
  /** Main moved to what is no better than before. */
  falseCertified: number;
  refuted: number;
}

export function createTrack(world: ProgressWorld, random: Random): { track: Track; town: World } {
  const honest = createWorld(world, random);
  const { liar } = world;
  const town: World =
    liar === null
      ? honest
      : {
          ...honest,
          measure: (file, machine, stage) => {
            const run = honest.measure(file, machine, stage);
            const lies = machine.owner === liar.owner && (file as Partial<Candidate>).author === FRIEND;
            return lies ? { ...run, valBpb: run.valBpb - liar.sigmas * world.sigma } : run;
          },
        };
  let count = 0;
  const begin = (base: File): Candidate => {
    const kind = world.spam > 0 || liar !== null ? random.uniform() : 1;
    const empty = kind < world.spam;
    const friend = liar !== null && kind < liar.share;
    const effect = empty ? 0 : world.effect(random);
    const author = empty ? SPAMMER : friend ? FRIEND : `agent-${count++ % AGENTS}`;
    return { author, effect, loss: base.loss - effect, sigma: world.sigma };
  };
  return {
    track: { world, random, owners: [...new Set(town.machines.map(({ owner }) => owner))], begin },
    town,
  };
}

const FRIEND = 'friend';
const SPAMMER = 'spammer';
const AGENTS = 20;

/** Measures until the budget is spent. `watch` sees every run. */
export function play(
  mode: Mode,
  town: World,
  o: { runs: number; inFlight: number; watch: (used: number, purpose: Purpose) => void },
): void {
  const flying: Flight[] = [];
  for (let used = 1; used <= o.runs; used++) {
    while (flying.length < o.inFlight) flying.push(mode.next());
    const flight = flying.shift()!;
    const allowed = town.machines.filter(
      ({ owner }) => (flight.owner ?? owner) === owner && !flight.notOwners?.includes(owner),
    );
    flight.done(
      town.measure(flight.file, town.random.pick(allowed.length > 0 ? allowed : town.machines), flight.stage),
    );
    o.watch(used, flight.purpose);
  }
}
