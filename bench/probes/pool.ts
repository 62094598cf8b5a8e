import { type Draw, drawProbes, type ProbeKind } from '../../runner/score/probes/draw-probes.ts';
import { validationRows } from '../../runner/score/text.ts';
import { UNDER_THE_LIMIT } from './limit.ts';
import type { World } from './world.ts';

/** How a track probes. */
export interface Probing {
  /** Probes of one run. */
  probes: number;
  /** Does the machine hold the incumbent's claims? */
  guided: boolean;
  /** Does the cheat know which probes are guided? */
  knowsKinds?: boolean;
}

/** Lies that probes found, nats, by the kind of probe. */
export type Pool = Record<ProbeKind, Float64Array>;

/**
 * The lies that the runner's own drawing finds: `draws` runs' worth of probes, drawn by the function that the runner uses,
 * from claims that carry the lies. Drawing is the slow part, so that many runs are afterwards put together from one pool.
 */
export async function drawPool(
  world: World,
  lies: Float32Array,
  probing: Probing,
  draws: number,
): Promise<Pool> {
  const draw = inMemory(world, lies, probing);
  const found: Record<ProbeKind, number[]> = { uniform: [], guided: [], heldout: [] };
  for (let i = 0; i < draws; i++) {
    for (const { kind, row, position } of await drawProbes(draw)) {
      const lie = lies[row * world.length + position]!;
      const unseen = probing.knowsKinds && kind === 'guided' && Math.abs(lie) <= UNDER_THE_LIMIT;
      found[kind].push(unseen ? 0 : lie);
    }
  }
  const { uniform, guided, heldout } = found;
  return {
    uniform: Float64Array.from(uniform),
    guided: Float64Array.from(guided),
    heldout: Float64Array.from(heldout),
  };
}

/** The files that the runner draws from, in memory; every token has bytes, so that every target counts. */
function inMemory(
  { rows, length, honest, reference, random }: World,
  lies: Float32Array,
  probing: Probing,
): Draw {
  const claims = honest.map((loss, index) => lies[index]! - loss);
  const tokens = Buffer.alloc(2 * (length + 1));
  const close = async () => undefined;
  return {
    dataset: {
      name: 'simulated',
      vocabSize: 2,
      sequenceLength: length,
      digest: '',
      trainFile: '',
      tokenBytes: Uint16Array.of(1, 1),
      rowCount: { validation: rows, heldout: 1, reserve: 1 },
      openRows: async () => ({ read: async () => tokens, close }),
    },
    text: { validation: { read: async () => tokens, close }, heldout: { read: async () => tokens, close } },
    rows: validationRows(rows),
    count: probing.probes,
    claims: file(claims, length),
    reference: probing.guided
      ? file(
          reference.map((loss) => -loss),
          length,
        )
      : null,
    random,
  };
}

function file(claims: Float32Array, length: number): Draw['claims'] {
  return {
    path: '',
    write: async () => undefined,
    row: async (index) => claims.subarray(index * length, (index + 1) * length),
    close: async () => undefined,
  };
}
