import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { board } from '../../../testing/examples/leaderboard.ts';
import { run } from '../../../testing/examples/run.ts';
import { drawAudits } from './draw-audits.ts';
import { drawScorings } from './draw-scorings.ts';

const runs = [1, 2, 3, 4].map((runId) => run(2, { runId, owner: 'eve', machine: 'eve.box' }));
const LAST = [{ seed: 1, nonce: 'f'.repeat(32) }];
const given = {
  ...{ runs, known: [], kept: new Set([1, 2, 3, 4]), author: 'Nova' },
  ...{ owners: ['ada', 'eve'], fresh: LAST, share: 0.3 },
};
const drawn = (change: Partial<Parameters<typeof drawScorings>[0]> = {}) =>
  drawScorings({ ...given, ...change }).map(({ of }) => of);

describe('whose weights are scored again', () => {
  it('is drawn from the other end than repeats, so that few runs get both', () => {
    expect(drawScorings(given)[0]).toEqual({
      of: 1,
      why: 'scoring',
      runs: [],
      outcome: 'open',
      outlier: null,
    });
    expect(drawn({ share: 0 })).toEqual([]);
    expect(drawn({ fresh: [{ seed: 1, nonce: '0'.repeat(32) }] })).toEqual([]);
    const nonces = fc.array(fc.stringMatching(/^[0-9a-f]{32}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(nonces, (all) => {
        const fresh = all.map((nonce) => ({ seed: 1, nonce }));
        const machine = { owner: 'eve', jobs: 50, lastSeen: '', outliers: [], unvouched: [] };
        const before = { ...board.tracks.cpu!, machines: { 'eve.box': machine } };
        const owners = Array.from({ length: 20 }, (_, i) => `owner-${i}`);
        const result = { runs, distribution: null, author: 'nova' };
        const audits = drawAudits({ result, before, owners, fresh, audits: undefined });
        const twice = drawn({ fresh, owners }).filter((of) => audits.some((one) => one.of === of));
        expect(twice).toEqual([]);
      }),
    );
  });

  it('are runs with a loss, whose weights are kept, and that nothing checks yet', () => {
    expect(drawn({ kept: new Set([2]) })).toEqual([2]);
    expect(drawn({ known: [1, 2, 3].map((of) => ({ of, why: 'scoring' })) })).toEqual([4]);
    expect(drawn({ runs: [run(null, { runId: 1 })] })).toEqual([]);
  });

  it('are all those of a machine on probation: a repeat alone would vouch for a good guess', () => {
    const known = [{ of: 2, why: 'probation' } as const, { of: 3, why: 'share' } as const];
    expect(drawn({ known, fresh: [{ seed: 1, nonce: '0'.repeat(32) }] })).toEqual([2]);
  });

  it('is asked of neither the owner who measured nor the author', () => {
    expect(drawn({ owners: ['eve'] })).toEqual([]);
    expect(drawn({ owners: ['eve', 'nova'] })).toEqual([]);
  });
});
