import { type Dataset, uint16 } from '../dataset.ts';
import { Unscored } from '../outcome.ts';
import { type Loss, noLoss } from './bits.ts';
import { add } from './claims.ts';
import type { ClaimsFile } from './claims-file.ts';
import type { ScoredPart } from './text.ts';

/** What claims for validation text at hand add up to, checked as if the model had just said them. */
export async function sumClaims(
  dataset: Dataset,
  rows: number,
  claims: ClaimsFile,
): Promise<Record<ScoredPart, Loss>> {
  const losses = { validation: noLoss(), heldout: noLoss() };
  const text = await dataset.openRows('validation');
  try {
    for (let row = 0; row < rows; row++) {
      const tokens = uint16(await text.read(row, 1));
      add(losses.validation, await claims.row(row), tokens, dataset.sequenceLength, dataset.tokenBytes);
    }
  } catch (error) {
    // The first machine scored them, so it cannot have seen what no scored run claims: these are not its claims.
    if (error instanceof Unscored)
      throw new Unscored('invalid', { code: 'handed-over-wrong', what: 'claims' });
    throw error;
  } finally {
    await text.close();
  }
  return losses;
}
