import { counterweightsOnAll, counterweightsOnFew } from './counterweights.ts';
import { UNDER_THE_LIMIT } from './limit.ts';
import { laplace } from './random.ts';
import type { World } from './world.ts';

/** A way to claim less loss than the model has. */
export interface Cheat {
  name: string;
  kind: 'uniform' | 'concentrated' | 'adaptive' | 'counterweight';
  /** The lie on each token, nats: claimed minus true log-probability, in the mean `gain`. */
  lies(world: World, gain: number): Float32Array;
  /** Leaves the threat model: shown, and not part of the bound. */
  beyond?: string;
  /**
   * It knows which probes are guided, and answers those as it claimed, as far as no claim is refused alone. The order of
   * probes does not show which is which: this is what remains if something else shows it.
   */
  knowsKinds?: true;
  /** The machine has never measured the incumbent: all probes are uniform. */
  withoutReference?: true;
}

export const CHEATS: Cheat[] = [
  {
    name: 'every claim a little too good',
    kind: 'uniform',
    lies: (world, gain) => new Float32Array(world.honest.length).fill(gain),
  },
  {
    name: 'random tokens known for certain',
    kind: 'uniform',
    lies: (world, gain) => lieUpTo(world, gain, shuffled(world), ({ honest }, i) => honest[i]!),
  },
  {
    name: 'hardest tokens known for certain',
    kind: 'concentrated',
    lies: (world, gain) => lieUpTo(world, gain, hardest(world), ({ honest }, i) => honest[i]!),
  },
  {
    name: 'whole rows known for certain',
    kind: 'concentrated',
    lies: (world, gain) => lieUpTo(world, gain, world.honest.keys(), ({ honest }, i) => honest[i]!),
  },
  {
    name: 'hardest tokens halved, as luck might',
    kind: 'adaptive',
    lies: (world, gain) => lieUpTo(world, gain, hardest(world), ({ honest }, i) => honest[i]! / 2),
  },
  {
    name: 'hardest tokens, each by 2 nats',
    kind: 'adaptive',
    lies: (world, gain) => lieUpTo(world, gain, hardest(world), ({ honest }, i) => Math.min(2, honest[i]!)),
  },
  {
    name: 'hardest tokens, each under the limit',
    kind: 'adaptive',
    lies: (world, gain) => lieUpTo(world, gain, hardest(world), underTheLimit),
  },
  {
    name: 'random tokens, each under the limit',
    kind: 'adaptive',
    lies: (world, gain) => lieUpTo(world, gain, shuffled(world), underTheLimit),
  },
  {
    name: 'noise under the limit, to widen the standard error',
    kind: 'adaptive',
    lies: noisy,
  },
  {
    name: 'counterweights: too good where guided probes seldom come, too modest elsewhere',
    kind: 'counterweight',
    lies: counterweightsOnFew,
  },
  {
    name: 'the same, small and on every token',
    kind: 'counterweight',
    lies: counterweightsOnAll,
  },
  {
    name: 'random tokens, each under the limit, and no guided probe sees it',
    kind: 'counterweight',
    knowsKinds: true,
    lies: (world, gain) => lieUpTo(world, gain, shuffled(world), underTheLimit),
  },
  {
    name: 'counterweights, and no guided probe sees them',
    kind: 'counterweight',
    knowsKinds: true,
    lies: counterweightsOnFew,
  },
  {
    name: 'tokens where the incumbent is known to be better',
    kind: 'adaptive',
    beyond: "knows the incumbent's claims on this machine, token by token",
    lies: (world, gain) => lieUpTo(world, gain, byDeficit(world), deficit),
  },
  {
    name: 'hardest tokens known for certain, no reference',
    kind: 'concentrated',
    beyond: 'the machine has never measured the incumbent',
    withoutReference: true,
    lies: (world, gain) => lieUpTo(world, gain, hardest(world), ({ honest }, i) => honest[i]!),
  },
];

/** Lies token after token in the order given until the mean lie is `gain`; a loss cannot be claimed below 0. */
function lieUpTo(
  world: World,
  gain: number,
  order: Iterable<number>,
  lie: (world: World, index: number) => number,
): Float32Array {
  const lies = new Float32Array(world.honest.length);
  let left = gain * lies.length;
  for (const index of order) {
    if (left <= 0) break;
    lies[index] = Math.min(left, lie(world, index));
    left -= lies[index]!;
  }
  return lies;
}

function underTheLimit({ honest }: World, index: number): number {
  return Math.min(UNDER_THE_LIMIT, honest[index]!);
}

function deficit({ honest, reference }: World, index: number): number {
  return Math.max(0, honest[index]! - reference[index]!);
}

function noisy({ honest, random }: World, gain: number): Float32Array {
  return honest.map(() => {
    const noise = 0.2 * laplace(random);
    return Math.max(-UNDER_THE_LIMIT, Math.min(UNDER_THE_LIMIT, gain + noise));
  });
}

/** Orders are kept, since sorting is the slow part and every size of a cheat uses the same one. */
const orders = new WeakMap<World, Map<string, Uint32Array>>();

function kept(world: World, name: string, make: () => Uint32Array): Uint32Array {
  const ofWorld = orders.get(world) ?? new Map<string, Uint32Array>();
  orders.set(world, ofWorld);
  const order = ofWorld.get(name) ?? make();
  ofWorld.set(name, order);
  return order;
}

function hardest(world: World): Uint32Array {
  return kept(world, 'hardest', () => descending(world.honest));
}

function byDeficit(world: World): Uint32Array {
  return kept(world, 'deficit', () => descending(world.honest.map((_, index) => deficit(world, index))));
}

function shuffled(world: World): Uint32Array {
  return kept(world, 'shuffled', () => descending(world.honest.map(() => world.random())));
}

function descending(values: Float32Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
}
