import { type Dataset, type Part, uint16 } from '../dataset.ts';
import type { Loss } from './bits.ts';
import { add } from './claims.ts';
import type { ClaimsFile } from './claims-file.ts';

/** What claims at hand add up to, checked as if the model had just said them. */
export async function sumClaims(
  dataset: Dataset,
  part: Part,
  rows: number,
  claims: ClaimsFile,
): Promise<Loss> {
  const loss: Loss = { nats: 0, bytes: 0, targets: 0 };
  const text = await dataset.openRows(part);
  try {
    for (let row = 0; row < rows; row++) {
      const tokens = uint16(await text.read(row, 1));
      add(loss, await claims.row(row), tokens, dataset.sequenceLength, dataset.tokenBytes);
    }
  } finally {
    await text.close();
  }
  return loss;
}
