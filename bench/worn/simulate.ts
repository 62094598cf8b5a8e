import { type JudgedFile, type Worn, wornOf } from '../../core/rules/worn/worn.ts';
import { createRandom, type Random } from '../acceptance/random.ts';
import { DEFAULT } from '../acceptance/scenarios.ts';

/** Tracks whose files are selected by validation loss, with a held-out loss that decides nothing. Lengths in bits per byte. */

export interface WornWorld {
  name: string;
  about: string;
  /** How validation and held-out text differ for a model of this loss. */
  gap: (loss: number) => number;
  /** What a change gains on validation text alone: its standard deviation, and a gain that a share of the candidates has. */
  fits: number;
  fitted: { share: number; gain: number };
  /** Runs that decide: four fresh ones after a promising first, or that one against a margin. */
  decides: 'confirmed' | 'margin';
  /** The part of a run's noise that each text sees for itself; the rest is the same for both. */
  own: number;
  /** What a change does to held-out text alone: noise, which selection cannot use. */
  apart: number;
}

const SIGMA = 0.001;
const RUNS = 4;
const START = 1.5;
const MARGIN = 3 * SIGMA;

const honest: WornWorld = {
  name: 'honest',
  about: 'no change fits the validation text',
  gap: (loss) => 0.05 * loss,
  fits: 0,
  fitted: { share: 0, gain: 0 },
  decides: 'confirmed',
  own: 0.3 * SIGMA,
  apart: 0,
};
const gains = (sigmas: number): WornWorld => ({
  ...honest,
  name: `fitted ${sigmas}`,
  about: `a third of the candidates fit the validation text by ${sigmas} sigma`,
  fitted: { share: 1 / 3, gain: sigmas * SIGMA },
});
const drifts = (sigmas: number): WornWorld => ({
  ...honest,
  name: `drift ${sigmas}`,
  about: `changes differ between the texts by ${sigmas} sigma, either way`,
  fits: sigmas * SIGMA,
});

export const WORLDS: readonly WornWorld[] = [
  honest,
  {
    ...honest,
    name: 'curved',
    about: 'the gap grows as the loss falls, faster and faster',
    gap: (loss) => 0.02 / loss ** 3,
  },
  {
    ...honest,
    name: 'step',
    about: 'the gap doubles at one loss',
    gap: (loss) => (loss > 1.45 ? 0.05 : 0.1),
  },
  { ...honest, name: 'noisy', about: 'held-out text differs by 2 sigma for each file', apart: 2 * SIGMA },
  { ...honest, name: 'unlike', about: 'held-out text is half as hard again', gap: (loss) => 0.5 * loss },
  { ...honest, name: 'loose', about: "most of a run's noise is its own on each text", own: 0.8 * SIGMA },
  {
    ...honest,
    name: 'margin',
    about: 'one run decides, against a margin, and most of its noise is its own on each text',
    decides: 'margin',
    own: 0.8 * SIGMA,
  },
  gains(1),
  gains(2),
  gains(4),
  drifts(1),
  drifts(2),
];

export interface WornFigures {
  /** The share of the tracks that were called worn out. */
  warned: number;
  /** Mean reported excess, and what selected files truly gained on validation text alone. */
  estimated: number;
  true: number;
  selected: number;
  others: number;
}

/** @param candidates how many per track, each confirmed by four runs and compared with the incumbent's four */
export function simulate(
  world: WornWorld,
  o: { tracks: number; candidates: number; seed: number },
): WornFigures {
  const random = createRandom(o.seed);
  const all = Array.from({ length: o.tracks }, () => track(world, o.candidates, random));
  const known = all.flatMap(({ worn, truth }) => (worn === null ? [] : [{ worn, truth }]));
  const mean = (of: (one: (typeof known)[number]) => number) =>
    known.reduce((sum, one) => sum + of(one), 0) / Math.max(1, known.length);
  return {
    warned: known.filter(({ worn }) => worn.worn).length / o.tracks,
    estimated: mean(({ worn }) => worn.excess),
    true: mean(({ truth }) => truth),
    selected: mean(({ worn }) => worn.selected),
    others: mean(({ worn }) => worn.others),
  };
}

function track(world: WornWorld, candidates: number, random: Random): { worn: Worn | null; truth: number } {
  /** The true loss on held-out text but for the gap, and how much better it is on validation text alone. */
  let holder = { loss: START, fit: 0, apart: 0 };
  let incumbent = measure(holder, RUNS, world, random);
  const files: (JudgedFile & { step: number })[] = [];
  for (let i = 0; i < candidates; i++) {
    const effect = DEFAULT.effect(random);
    const fitted = random.uniform() < world.fitted.share ? world.fitted.gain : 0;
    const step = fitted + world.fits * random.normal();
    const file = { loss: holder.loss - effect, fit: holder.fit + step, apart: world.apart * random.normal() };
    const explored = measure(file, 1, world, random);
    const promising = incumbent.valBpb - explored.valBpb > SIGMA;
    const again = promising && world.decides === 'confirmed';
    const measured = again ? measure(file, RUNS, world, random) : explored;
    const selected =
      promising && incumbent.valBpb - measured.valBpb > (again ? 2.5 * SIGMA * Math.sqrt(2 / RUNS) : MARGIN);
    files.push({ ...measured, base: incumbent, selected, step });
    if (!selected) continue;
    holder = file;
    incumbent = measured;
  }
  const mean = (chosen: typeof files) =>
    chosen.reduce((sum, { step }) => sum + step, 0) / Math.max(1, chosen.length);
  const truth = mean(files.filter((file) => file.selected));
  return { worn: wornOf(files), truth };
}

function measure(
  file: { loss: number; fit: number; apart: number },
  runs: number,
  world: WornWorld,
  random: Random,
) {
  const noise = (deviation: number) => (deviation * random.normal()) / Math.sqrt(runs);
  const both = file.loss + noise(Math.sqrt(SIGMA ** 2 - world.own ** 2));
  return {
    valBpb: both - file.fit + noise(world.own),
    heldoutBpb: both + world.gap(file.loss) + file.apart + noise(world.own),
  };
}
