import { type Draw, drawProbes } from '../../runner/score/draw-probes.ts';
import type { World } from './world.ts';

/** How a track probes. */
export interface Probing {
  /** Probes of one run. */
  probes: number;
  /** Does the machine hold the incumbent's claims? */
  guided: boolean;
}

/**
 * The lies that the runner's own drawing finds: `draws` runs' worth of probes, drawn by the function that the runner uses,
 * from claims that carry the lies. Drawing is the slow part, so that many runs are afterwards put together from one pool.
 */
export async function drawPool(
  world: World,
  lies: Float32Array,
  probing: Probing,
  draws: number,
): Promise<Float64Array> {
  const draw = inMemory(world, lies, probing);
  const pool: number[] = [];
  for (let i = 0; i < draws; i++) {
    for (const { row, position } of await drawProbes(draw)) pool.push(lies[row * world.length + position]!);
  }
  return Float64Array.from(pool);
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
    validation: { read: async () => tokens, close },
    rows,
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
    append: async () => undefined,
    row: async (index) => claims.subarray(index * length, (index + 1) * length),
    close: async () => undefined,
  };
}
