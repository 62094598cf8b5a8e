import { describe, expect, test } from 'vitest';
import { FRONTIER, read, SEVERAL } from '../../../../testing/examples/config.ts';
import { board, standingOf } from '../../../../testing/examples/leaderboard.ts';
import { lentBy } from '../../../../testing/examples/lent.ts';
import { bidding, other } from '../../../../testing/snapshot/bids.ts';
import { facts, head, overall, runState } from '../../../../testing/snapshot/head.ts';
import { ordersOf } from '../../../../testing/snapshot/lent.ts';
import type { LentMachine } from '../../../model/lent.ts';
import type { QueueEntry, Snapshot } from '../../../model/snapshot.ts';
import { plan } from '../../plan.ts';

/** Pull request 41 is nova's, and others were there before. */
function placed(
  lent: LentMachine[],
  queue: QueueEntry[],
  pull: Partial<Snapshot['pull']> = {},
  text = SEVERAL,
): string[] {
  const at = bidding(null, {}, pull, { lent, queue });
  const runs = [2, 2.01, 1.99, 2].map((loss, i) => ({ ...facts(loss).run, runId: 50 + i, owner: 'cleo' }));
  const leaderboard = { ok: true as const, value: { ...board, tracks: { cpu: standingOf({ runs }) } } };
  const main = { ...at.main, leaderboard, config: { ok: true as const, value: read(text) } };
  const effects = plan({ ...at, main });
  const own = ordersOf(effects).filter(({ key }) => key.stage !== 'baseline');
  return own.map(({ key, memory }) => `${key.stage} ${memory.lent?.name}`);
}

const [ada, mine] = [lentBy('ada'), lentBy('nova')];
const before = [other(1), other(2), other(3)];

describe('one’s own machine', () => {
  test('serves its owner first, before those who waited longer', () => {
    expect(placed([mine, ada], before)).toEqual(['explore nova.desk']);
    expect(placed([ada], before)).toEqual([]);
  });

  test('is kept for its owner, whose pull request waits, and other machines go on in order', () => {
    const theirs = other(3, {}, { author: 'Ada' });
    expect(placed([ada], [theirs])).toEqual([]);
    expect(placed([lentBy('bob'), ada], [theirs])).toEqual(['explore bob.desk']);
  });

  test('is anybody’s while its owner has nothing that waits', () => {
    for (const theirs of [
      other(3, { state: 'verdict' }, { author: 'ada' }),
      other(3, {}, { author: 'ada', draft: true }),
      other(3, { track: 'h100' }, { author: 'ada' }),
    ])
      expect(placed([ada], [theirs])).toEqual(['explore ada.desk']);
  });

  test('does not go first where a single run decides or is adopted', () => {
    const margin = SEVERAL.replace('sigma', 'margin');
    for (const text of [margin, FRONTIER])
      expect(placed([mine, lentBy('bob'), lentBy('cleo')], before.slice(0, 2), {}, text)).toEqual([]);
  });

  test('never confirms its owner’s file', () => {
    const runs = [1, 2].map((ordinal) => {
      const state = runState({ kind: 'pending' }, { ordinal, runId: ordinal });
      const found = facts(1.5, { run: { ...facts(1.5).run, ordinal, runId: ordinal, seed: ordinal } });
      return {
        ...state,
        check: { ...state.check, status: 'completed' as const },
        memory: { ...state.memory, facts: found },
      };
    });
    const heads = [head({ runs, overall: overall('measuring') })];
    const machines = [mine, lentBy('bob'), lentBy('cleo'), lentBy('dora', { id: 77 })];
    const confirming = placed(machines, [], { heads });
    expect(confirming.length).toBeGreaterThan(0);
    expect(confirming).not.toContain('confirm nova.desk');
  });
});
