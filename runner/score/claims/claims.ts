import { measuredValue } from '../../../core/formats/reason.ts';
import type { Dataset } from '../../dataset.ts';
import { uint16 } from '../../dataset.ts';
import { UnscoredError } from '../../outcome.ts';
import { type Loss, noLoss } from '../bits.ts';
import { floats } from '../floats.ts';
import type { ModelServer } from '../model-server.ts';
import { closeText, openText, type ScoredPart, type ScoredRow } from '../text.ts';
import type { ClaimsFile } from './claims-file.ts';

/** A log-probability may exceed 0 by this much, float32's and bfloat16's rounding; it then counts as 0. */
const ABOVE_ZERO = 1e-3;

/** What to score, `batch` rows at once. */
export interface ClaimsPass {
  dataset: Dataset;
  /** In the order in which they are asked, parts mixed. */
  rows: ScoredRow[];
  batch: number;
  /** Keeps what is claimed for the probes. */
  keep: Record<ScoredPart, ClaimsFile>;
  onProgress: (done: number) => void;
}

/** A question on its way. */
interface Asked {
  rows: ScoredRow[];
  tokens: Buffer[];
  answer: Promise<Buffer>;
}

/**
 * Asks the model for the log-probability of every target and adds up what it claims for each part, in constant memory.
 * The last batch is filled with rows of the reserve, whose answers are dropped: one shape, one code path.
 */
export async function scoreClaims(server: ModelServer, pass: ClaimsPass): Promise<Record<ScoredPart, Loss>> {
  const { dataset, batch, rows } = pass;
  const length = dataset.sequenceLength;
  const [text, reserve] = await Promise.all([openText(dataset), dataset.openRows('reserve')]);
  const losses = { validation: noLoss(), heldout: noLoss() };

  const ask = async (first: number): Promise<Asked> => {
    const some = rows.slice(first, first + batch);
    const tokens = await Promise.all(some.map(({ part, row }) => text[part].read(row, 1)));
    const filling = some.length < batch ? [await reserve.read(0, batch - some.length)] : [];
    return {
      rows: some,
      tokens,
      answer: server.claims(Buffer.concat([...tokens, ...filling]), batch, length),
    };
  };
  try {
    let [next, done]: [Promise<Asked> | null, number] = [ask(0), 0];
    while (next) {
      const { rows: some, tokens, answer }: Asked = await next;
      done += some.length;
      next = done < rows.length ? ask(done) : null;
      next?.catch(() => undefined); // it is awaited in the next round, or the error of this one came first
      const claims = floats(await answer);
      for (const [index, { part, row }] of some.entries()) {
        const ofRow = claims.subarray(index * length, (index + 1) * length);
        add(losses[part], ofRow, uint16(tokens[index]!), length, dataset.tokenBytes);
        await pass.keep[part].write(row, ofRow);
      }
      pass.onProgress(done);
    }
  } finally {
    await Promise.all([closeText(text), reserve.close()]);
  }
  if (losses.validation.bytes === 0)
    throw new Error(`The validation rows of data set ${dataset.name} hold no text.`);
  return losses;
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
    if (!(claim <= ABOVE_ZERO) || claim === -Infinity) throw refused(claims, claim);
    if (claim > 0) claims[index] = 0;
    const row = Math.floor(index / length);
    const bytes = tokenBytes[tokens[index + row + 1]!]!; // a row holds one token more than it has targets
    if (bytes === 0) continue;
    loss.nats -= claims[index]!;
    loss.bytes += bytes;
    loss.targets += 1;
  }
}

/**
 * A model that diverged answers NaN, and a model that rules a token out answers -Infinity. The loss is then not finite, so no one
 * gains by it. No model can mean a claim above 0, wherever it is in the row.
 */
function refused(claims: Float32Array, claim: number): UnscoredError {
  const above = claims.find((one) => one > ABOVE_ZERO);
  if (above !== undefined)
    return new UnscoredError('invalid', { code: 'claim-not-allowed', claim: measuredValue(above) });
  return new UnscoredError('diverged', {
    code: 'diverged',
    claim: Number.isNaN(claim) ? 'NaN' : '-Infinity',
  });
}
