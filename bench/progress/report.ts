import { MODES, type ModeName, measureProgress, type Progress } from './measure.ts';
import { WORLDS } from './worlds.ts';

/** Everything `npm run bench:progress` measures, as one value. */

export interface Report {
  /** Runs per track, tracks per world. */
  runs: number;
  tracks: number;
  seed: number;
  worlds: Record<string, { about: string } & Record<ModeName, Progress>>;
  /** Main's progress in the default world, by experiments in flight. */
  parallel: Record<string, { greedy: number; frontier: number }>;
}

const IN_FLIGHT = [1, 4, 16, 64];

export interface Options {
  runs: number;
  tracks: number;
  seed: number;
  /** Names of worlds; the parallel figures belong to `default`. */
  worlds: readonly string[];
  note?: (text: string) => void;
}

export function measureAll(o: Options): Report {
  const report: Report = { runs: o.runs, tracks: o.tracks, seed: o.seed, worlds: {}, parallel: {} };
  for (const world of WORLDS.filter(({ name }) => o.worlds.includes(name))) {
    o.note?.(`${world.name}: ${world.about}`);
    const figures = MODES.map((mode) => [mode, measureProgress(world, mode, o)] as const);
    const byMode = Object.fromEntries(figures) as Record<ModeName, Progress>;
    report.worlds[world.name] = { about: world.about, ...byMode };
  }
  const usual = WORLDS.find(({ name }) => name === 'default')!;
  const known = report.worlds.default;
  if (known === undefined) return report;
  for (const inFlight of IN_FLIGHT) {
    o.note?.(`default, ${inFlight} in flight`);
    const main = (mode: 'greedy' | 'frontier') =>
      inFlight === usual.inFlight ? known[mode].main : measureProgress(usual, mode, { ...o, inFlight }).main;
    report.parallel[inFlight] = { greedy: main('greedy'), frontier: main('frontier') };
  }
  return report;
}
