import { exponential, laplace, seeded } from './random.ts';

/**
 * Losses of one validation text, token by token, nats: of the model that cheats (without the cheat) and of the incumbent,
 * whose claims guide the probes. Rows lie one after another.
 */
export interface World {
  rows: number;
  length: number;
  honest: Float32Array;
  reference: Float32Array;
  random: () => number;
}

/** Mean bytes of a counted token: 14 nats on 0.05 % of the tokens are 0.003 bpb (measured on an H100, docs/security.md). */
const BYTES_PER_TOKEN = 3.4;

export const toBpb = (nats: number) => nats / (Math.LN2 * BYTES_PER_TOKEN);
export const toNats = (bpb: number) => bpb * Math.LN2 * BYTES_PER_TOKEN;

/** A quarter of tokens is nearly certain; the others' difficulty has a gamma tail, so that the hardest 0.05 % hold 14 nats. */
const EASY = 0.25;
const EASY_NATS = 0.1;
const HARD_NATS = 1.03;
/** How far a model's loss on a token strays from its difficulty, as a share of its root: makes two seeds differ by 0.47. */
const STRAY = 0.241;

/** Two models of the same quality, seeds apart: each strays on its own from how hard a token is. */
export function makeWorld(rows: number, length: number, seed: number): World {
  const random = seeded(seed);
  const honest = new Float32Array(rows * length);
  const reference = new Float32Array(rows * length);
  for (let index = 0; index < honest.length; index++) {
    const hard = HARD_NATS * (exponential(random) + exponential(random) + exponential(random));
    const difficulty = random() < EASY ? EASY_NATS * exponential(random) : hard;
    const stray = STRAY * Math.sqrt(difficulty);
    honest[index] = Math.abs(difficulty + stray * laplace(random));
    reference[index] = Math.abs(difficulty + stray * laplace(random));
  }
  return { rows, length, honest, reference, random };
}
