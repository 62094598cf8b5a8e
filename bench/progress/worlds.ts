import type { Random } from '../acceptance/random.ts';
import { DEFAULT, PLATEAU, type Scenario } from '../acceptance/scenarios.ts';

/** Worlds in which a track makes progress. All lengths in bits per byte. */

export interface ProgressWorld extends Scenario {
  /** What is left of an effect on another base than its own. */
  composes: number;
  /** Experiments in flight. */
  inFlight: number;
  /** An owner whose machines show the losses of a friend's files by so many sigmas lower; the friend sends a share of the candidates. */
  liar: { owner: string; sigmas: number; share: number } | null;
  /** The share of the candidates that one author sends and that change nothing. */
  spam: number;
}

const base: ProgressWorld = { ...DEFAULT, composes: 1, inFlight: 1, liar: null, spam: 0 };

/** Of an H100's five minutes, as the history that `real` is fitted to. */
const H100_SIGMA = 0.0007;
const H100 = { sigma: H100_SIGMA, priorSigma: H100_SIGMA };

/** Fitted to the 125 experiments of karpathy-autoresearch-h100-mar8.tsv: gains of mean 0.004 and 0.0006, losses of 0.0005 and 0.003. */
const realEffect = (random: Random) => {
  const kind = random.uniform();
  if (kind < 0.03) return random.exponential(0.004);
  if (kind < 0.22) return random.exponential(0.0006);
  return -random.exponential(kind < 0.65 ? 0.0005 : 0.003);
};

const smallEffect = (random: Random) => {
  const kind = random.uniform();
  if (kind < 0.2) return random.exponential(0.0005);
  return -random.exponential(kind < 0.6 ? 0.0005 : 0.003);
};

const flatters = (sigmas: number): ProgressWorld => ({
  ...base,
  name: `liar${sigmas}`,
  about: `one of five owners shows a friend's files, a fifth of all and no better than others', by ${sigmas} sigma lower`,
  liar: { owner: 'eve', sigmas, share: 0.2 },
});

export const WORLDS: readonly ProgressWorld[] = [
  base,
  { ...base, ...PLATEAU },
  {
    ...base,
    ...H100,
    name: 'real',
    about: 'fitted to a real history of 125 experiments',
    effect: realEffect,
  },
  {
    ...base,
    ...H100,
    name: 'small',
    about: '20 % better by a mean of 0.0005, no large gains',
    effect: smallEffect,
  },
  { ...base, name: 'neutral', about: 'no candidate changes anything', effect: () => 0 },
  {
    ...base,
    name: 'heavy',
    about: "errors of Student's t with 3 degrees of freedom",
    noise: (random) => random.student(3),
  },
  {
    ...base,
    name: 'offsets',
    about: 'four machines of four owners that differ by sigma / 2',
    machineSigma: base.sigma / 2,
    owners: 4,
    machinesEach: 1,
  },
  {
    ...base,
    name: 'half',
    about: 'half of an effect is left on another base; 16 in flight',
    composes: 0.5,
    inFlight: 16,
  },
  {
    ...base,
    name: 'single',
    about: "one owner's machine on a track that accepts a single owner",
    owners: 1,
    machinesEach: 1,
  },
  flatters(1),
  flatters(3),
  flatters(10),
  { ...base, name: 'empty', about: 'half of the candidates are empty changes by one author', spam: 0.5 },
];
