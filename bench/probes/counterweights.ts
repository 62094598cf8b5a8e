import { UNDER_THE_LIMIT } from './limit.ts';
import { makeWorld, type World } from './world.ts';

/**
 * Lies in both directions: too good where guided probes seldom come, too modest where they come, so that guided probes see
 * a mean of nothing. The cheat knows its own losses alone. Which losses are which its author learned beforehand, on two
 * models of his own.
 */

interface Policy {
  /** Losses up to here are claimed too good by at most `up`, those beyond too modest by `down`, nats. */
  turn: number;
  up: number;
  down: number;
  /** The mean lie of it all, nats a token. */
  mean: number;
}

const SIZES = [0.02, 0.05, 0.1, 0.2, 0.3, UNDER_THE_LIMIT];
/** Shares of the tokens, the easiest first, among which the turn is looked for. */
const TURNS = Array.from({ length: 23 }, (_, i) => (i + 1) / 24);

/** Full lies on as many tokens as it takes to gain so much. */
export function counterweightsOnFew(world: World, gain: number): Float32Array {
  const policy = learned();
  const share = Math.min(1, gain / policy.mean);
  return world.honest.map((loss) => (world.random() < share ? lieAbout(loss, policy) : 0));
}

/** Smaller lies on every token. */
export function counterweightsOnAll(world: World, gain: number): Float32Array {
  const policy = learned();
  const scale = Math.min(1, gain / policy.mean);
  return world.honest.map((loss) => scale * lieAbout(loss, policy));
}

function lieAbout(loss: number, { turn, up, down }: Omit<Policy, 'mean'>): number {
  return loss <= turn ? Math.min(up, loss) : -down;
}

let kept: Policy | null = null;

/** The policy that gains most of those that guided probes do not see. */
function learned(): Policy {
  if (kept) return kept;
  const author = makeWorld(1000, 32, 1);
  const sorted = author.honest.toSorted();
  for (const at of TURNS) {
    const turn = sorted[Math.floor(at * sorted.length)]!;
    for (const up of SIZES) {
      for (const down of SIZES) {
        const { mean, guided } = seen(author, { turn, up, down });
        if (guided <= 0 && mean > (kept?.mean ?? 0)) kept = { turn, up, down, mean };
      }
    }
  }
  if (!kept) throw new Error('No counterweights gain anything in this world.');
  return kept;
}

/** The mean lie, and the mean that guided probes see of it. */
function seen({ honest, reference }: World, policy: Omit<Policy, 'mean'>): { mean: number; guided: number } {
  let [sum, weights, weighted] = [0, 0, 0];
  for (const [index, loss] of honest.entries()) {
    const lie = lieAbout(loss, policy);
    const weight = Math.max(0, lie - loss + reference[index]!) ** 2;
    sum += lie;
    weights += weight;
    weighted += weight * lie;
  }
  return { mean: sum / honest.length, guided: weighted / weights };
}
