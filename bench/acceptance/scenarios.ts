import type { Random } from './random.ts';

/** Worlds in which a rule of acceptance is tried. All lengths in bits per byte; sigma 0.001 is an H100's. */
export interface Scenario {
  name: string;
  about: string;
  /** True run-to-run standard deviation. */
  sigma: number;
  /** What the track's configuration believes it to be. */
  priorSigma: number;
  /** Standard deviation of the machines' constant offsets. */
  machineSigma: number;
  owners: number;
  machinesEach: number;
  /** One standardised error of a run. */
  noise: (random: Random) => number;
  /** A candidate's true effect over the incumbent, positive is better. */
  effect: (random: Random) => number;
  /** A candidate's own spread, as a multiple of sigma. */
  spread: (random: Random) => number;
}

const SIGMA = 0.001;

/** 85 % worse by an exponential of mean 0.01, 15 % better by one of mean 0.003: FACTS of the field while gains are to be had. */
const defaultPrior = (random: Random) =>
  random.uniform() < 0.85 ? -random.exponential(0.01) : random.exponential(0.003);

/** What is left when the easy gains are gone: 98 % worse, mean 0.003; 2 % better, mean 0.001. */
const plateauPrior = (random: Random) =>
  random.uniform() < 0.98 ? -random.exponential(0.003) : random.exponential(0.001);

const base: Scenario = {
  name: 'default',
  about: '85 % worse by an exponential of mean 0.01, 15 % better by one of mean 0.003',
  sigma: SIGMA,
  priorSigma: SIGMA,
  machineSigma: 0,
  owners: 5,
  machinesEach: 2,
  noise: (random) => random.normal(),
  effect: defaultPrior,
  spread: () => 1,
};

export const DEFAULT = base;

export const PLATEAU: Scenario = {
  ...base,
  name: 'plateau',
  about: '98 % worse by an exponential of mean 0.003, 2 % better by one of mean 0.001',
  effect: plateauPrior,
};

export const SCENARIOS: readonly Scenario[] = [
  DEFAULT,
  PLATEAU,
  { ...base, name: 'neutral spam', about: 'no candidate changes anything', effect: () => 0 },
  {
    ...base,
    name: 'heavy tails',
    about: "errors of Student's t with 3 degrees of freedom",
    noise: (r) => r.student(3),
  },
  { ...base, name: 'noisy candidate', about: 'candidates with three times the spread', spread: () => 3 },
  {
    ...base,
    name: 'machine offsets',
    about: 'four machines of four owners that differ by sigma / 2',
    machineSigma: SIGMA / 2,
    owners: 4,
    machinesEach: 1,
  },
  {
    ...base,
    name: 'large offsets',
    about: 'four machines of four owners that differ by twice sigma',
    machineSigma: 2 * SIGMA,
    owners: 4,
    machinesEach: 1,
  },
  { ...base, name: 'sigma too small', about: 'the prior says half of the true sigma', priorSigma: SIGMA / 2 },
  { ...base, name: 'sigma too large', about: 'the prior says twice the true sigma', priorSigma: SIGMA * 2 },
];
