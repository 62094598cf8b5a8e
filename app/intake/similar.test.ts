import { describe, expect, it } from 'vitest';
import { sha } from '../../testing/examples/names.ts';
import { head, overall } from '../../testing/snapshot/head.ts';
import { queueEntry, snapshot } from '../../testing/snapshot/snapshot.ts';
import type { QueueReading } from '../github/port.ts';
import type { HeadState, QueueEntry, Similar, Snapshot } from '../model/snapshot.ts';
import { type SimilarQuestion, similarTo } from './similar.ts';

/** What #41 asks about, beside these open pull requests; null when it does not look at all. */
async function asked(
  queue: QueueEntry[],
  change: Partial<Snapshot['pull']> = {},
  sizes: Record<number, number> = {},
): Promise<number[] | null> {
  const world = snapshot(change, { queue });
  const readings = queue.map(({ pull, author, createdAt, draft, blob }): QueueReading => {
    const file = { oid: blob!, mode: '100644', size: sizes[pull] ?? 9 };
    const commit = { oid: sha('f'), file, checks: [] };
    return { pull, author, createdAt, draft, editedAt: null, commit };
  });
  let question: SimilarQuestion | null = null;
  const find = async (_: unknown, of: SimilarQuestion): Promise<Similar[]> => {
    question = of;
    return [];
  };
  const sight = { world, queue: readings, results: [], recorded: true };
  await similarTo(find, { ...world.pull, heads: world.pull.heads }, sight);
  return (question as SimilarQuestion | null)?.earlier.map((one) => one.pull) ?? null;
}

const at = (state: Parameters<typeof overall>[0]): { overall: QueueEntry['overall'] } => ({
  overall: { blob: sha('9'), track: 'cpu', state },
});
const seen = (state: Parameters<typeof overall>[0]): HeadState[] => [head({ overall: overall(state) })];

describe('a search for similar experiments', () => {
  it('compares only with earlier pull requests that may still be measured', async () => {
    const queue = [
      queueEntry(31, at('measuring')),
      queueEntry(32, { overall: null }),
      queueEntry(33, at('later')),
      queueEntry(34, at('refused')),
      queueEntry(35, at('verdict')),
      queueEntry(36, { ...at('queued'), draft: true }),
      queueEntry(37, at('waiting')),
      queueEntry(38, at('queued')),
      queueEntry(42, at('queued')),
    ];
    expect(await asked(queue, {}, { 38: 64 * 1024 + 1 })).toEqual([31, 32, 33, 37]);
  });

  it('is bounded: of many the last hundred before it', async () => {
    const queue = Array.from({ length: 150 }, (_, i) => queueEntry(i + 1));
    const numbers = await asked(queue, { number: 200 });
    expect(numbers).toHaveLength(100);
    expect(numbers?.at(0)).toBe(51);
  });

  it('does not delay a pull request that is alone at first sight, and comes once it has waited or run', async () => {
    const idle = [queueEntry(34, at('refused')), queueEntry(35, { draft: true })];
    expect(await asked(idle)).toBeNull();
    expect(await asked(idle, { heads: seen('refused') })).toBeNull();
    for (const state of ['measuring', 'later', 'queued', 'verdict'] as const)
      expect(await asked(idle, { heads: seen(state) }), state).toEqual([]);
  });

  it('is not for drafts, for what says how it differs, nor for what is refused anyway', async () => {
    const busy = [queueEntry(31)];
    expect(await asked(busy)).toEqual([31]);
    expect(await asked(busy, { draft: true })).toBeNull();
    expect(await asked(busy, { state: 'closed' })).toBeNull();
    expect(await asked(busy, { description: { ok: false, problems: ['no hypothesis'] } })).toBeNull();
    const { description, file } = snapshot().pull;
    if (!description.ok) throw new Error('the description of the test is wrong');
    const differs = { ...description.value, differs: 'Another part of the file.' };
    expect(await asked(busy, { description: { ok: true, value: differs } })).toBeNull();
    expect(await asked(busy, { file: { ...file!, size: 70_000 } })).toBeNull();
  });
});
