import { measuredValue } from '../contract/reason.ts';
import type { Dataset, Part } from '../dataset.ts';
import { uint16 } from '../dataset.ts';
import { Unscored } from '../outcome.ts';
import type { Loss } from './bits.ts';
import type { ClaimsFile } from './claims-file.ts';
import { floats } from './floats.ts';
import type { ModelServer } from './model-server.ts';

/** A log-probability may exceed 0 by this much, float32's and bfloat16's rounding; it then counts as 0. */
const ABOVE_ZERO = 1e-3;

/** What to score: the first `rows` rows of a part of the data set, `batch` at once. */
export interface ClaimsPass {
  dataset: Dataset;
  part: Part;
  rows: number;
  batch: number;
  /** Keeps the claims for the probes; null: they are not needed again. */
  keep: ClaimsFile | null;
  onProgress: (done: number) => void;
}

/** A question on its way. */
interface Asked {
  first: number;
  count: number;
  tokens: Buffer;
  answer: Promise<Buffer>;
}

/**
 * Asks the model for the log-probability of every target and adds up what it claims, in constant memory.
 * The last batch is filled with rows of the reserve, whose answers are dropped: one shape, one code path.
 */
export async function scoreClaims(server: ModelServer, pass: ClaimsPass): Promise<Loss> {
  const { dataset, rows, batch } = pass;
  const length = dataset.sequenceLength;
  const [scored, reserve] = await Promise.all([dataset.openRows(pass.part), dataset.openRows('reserve')]);
  const loss: Loss = { nats: 0, bytes: 0, targets: 0 };

  const ask = async (first: number): Promise<Asked> => {
    const count = Math.min(batch, rows - first);
    const tokens = await scored.read(first, count);
    const filling = count < batch ? [await reserve.read(0, batch - count)] : [];
    return {
      first,
      count,
      tokens,
      answer: server.claims(Buffer.concat([tokens, ...filling]), batch, length),
    };
  };
  try {
    let next: Promise<Asked> | null = ask(0);
    while (next) {
      const { first, count, tokens, answer }: Asked = await next;
      next = first + count < rows ? ask(first + count) : null;
      next?.catch(() => undefined); // it is awaited in the next round, or the error of this one came first
      const claims = floats(await answer).subarray(0, count * length);
      add(loss, claims, uint16(tokens), length, dataset.tokenBytes);
      await pass.keep?.append(claims);
      pass.onProgress(first + count);
    }
  } finally {
    await Promise.all([scored.close(), reserve.close()]);
  }
  if (loss.bytes === 0) throw new Error(`The ${pass.part} rows of data set ${dataset.name} hold no text.`);
  return loss;
}

/** Checks the claims of some rows, brings tiny positive ones to 0 in place, and adds them to the sums. */
export function add(
  loss: Loss,
  claims: Float32Array,
  tokens: Uint16Array,
  length: number,
  tokenBytes: Uint16Array,
): void {
  for (let index = 0; index < claims.length; index++) {
    const claim = claims[index]!;
    if (!(claim <= ABOVE_ZERO) || claim === -Infinity)
      throw new Unscored('invalid', { code: 'claim-not-allowed', claim: measuredValue(claim) });
    if (claim > 0) claims[index] = 0;
    const row = Math.floor(index / length);
    const bytes = tokenBytes[tokens[index + row + 1]!]!; // a row holds one token more than it has targets
    if (bytes === 0) continue;
    loss.nats -= claims[index]!;
    loss.bytes += bytes;
    loss.targets += 1;
  }
}
