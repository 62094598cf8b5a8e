import { createHash } from 'node:crypto';
import { canonicalJson, type Ledger, type Posting } from '../formats/ledger.ts';

/**
 * The digest of the whole chain of postings: sha256, in hex, of one line of JSON a part, each ended by a line feed. First the root
 * before, the event's number and time, then each posting. Whoever has one root has all that was posted up to it.
 */
export function rootAfter(
  { root, events }: Pick<Ledger, 'root' | 'events'>,
  at: string,
  postings: readonly Posting[],
): string {
  const lines = [{ root, event: events + 1, at }, ...postings].map((one) => `${canonicalJson(one)}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
