import { type Dataset, uint16 } from '../../dataset.ts';
import { UnscoredError } from '../../outcome.ts';
import { type Loss, noLoss } from '../bits.ts';
import { closeText, openText, type ScoredPart, type ScoredRow } from '../text.ts';
import { add } from './claims.ts';
import type { ClaimsFile } from './claims-file.ts';

/** What given claims add up to, checked as if the model had just made them. */
export async function sumClaims(
  dataset: Dataset,
  rows: ScoredRow[],
  claims: Record<ScoredPart, ClaimsFile>,
): Promise<Record<ScoredPart, Loss>> {
  const losses = { validation: noLoss(), heldout: noLoss() };
  const text = await openText(dataset);
  try {
    // In the order of the file, so that the sum is the same to the last digit however the rows were mixed.
    for (const { part, row } of rows.toSorted((a, b) => a.row - b.row)) {
      const tokens = uint16(await text[part].read(row, 1));
      add(losses[part], await claims[part].row(row), tokens, dataset.sequenceLength, dataset.tokenBytes);
    }
  } catch (error) {
    // The first machine scored them, so it cannot have seen what no scored run claims: these are not its claims.
    if (error instanceof UnscoredError)
      throw new UnscoredError('invalid', { code: 'handed-over-wrong', what: 'claims' });
    throw error;
  } finally {
    await closeText(text);
  }
  return losses;
}
