import { describe, expect, it } from 'vitest';
import { type FrontierLink, NO_FRONTIER } from '../../../../core/formats/frontier.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import { standingOf } from '../../../../testing/examples/leaderboard.ts';
import { MAIN_BLOB, NOW, sha } from '../../../../testing/examples/names.ts';
import { run } from '../../../../testing/examples/run.ts';
import { judgeOnFrontier } from './judge.ts';
import type { FrontierCase } from './judgement.ts';

/** Losses of 2.0 with a sigma of 0.1, in whose measure a candidate is good or bad. */
const rules = { sigma: 0.1, frontier: true };
const link: FrontierLink = {
  pull: 7,
  author: 'lin',
  title: 'Warm up',
  blob: sha('7'),
  from: null,
  head: sha('8'),
  brings: true,
  base: MAIN_BLOB,
  gain: 0.2,
  estimate: { loss: 1.8, variance: 0.004 },
  at: NOW,
  tried: false,
};
const grown = standingOf({ frontier: { ...NO_FRONTIER, chain: [link] } });
const candidate = (base: string | null): FrontierCase => ({ kind: 'candidate', base, owners: 2 });

function judged(runs: RunResult[], of: FrontierCase, standing = standingOf()) {
  return judgeOnFrontier({ author: 'nova', runs, incumbent: standing.runs, standing, rules }, of);
}

describe('a candidate', () => {
  it('of a clear gain over the head is adopted on one run', () => {
    const says = judged([run(1.7)], candidate(MAIN_BLOB));
    expect(says).toMatchObject({ kind: 'verdict', verdict: 'adopted', reason: { code: 'adopted' } });
    if (says.kind !== 'verdict' || says.guess?.kind !== 'adopt') throw new Error('not adopted');
    // Shrunk: it was looked at because it looks good.
    expect(says.guess.candidate.loss).toBeGreaterThan(1.7);
    expect(says.guess.candidate.loss).toBeLessThan(1.9);
  });

  it('of a clear loss is rejected, and what it showed is kept for learning', () => {
    const says = judged([run(2.6)], candidate(MAIN_BLOB));
    expect(says).toMatchObject({ verdict: 'regressed', guess: { kind: 'reject' } });
    if (says.kind === 'verdict') expect(says.guess?.seen.shown).toBeCloseTo(-6, 0);
  });

  it('is compared with the file it was changed from: what is worse than the head may be a gain over its base', () => {
    // 1.85 lies above the head's 1.8 and far below main's 2.0.
    expect(judged([run(1.7)], candidate(MAIN_BLOB), grown)).toMatchObject({
      reason: { code: 'composed' },
      guess: { kind: 'compose', base: { file: MAIN_BLOB } },
    });
  });

  it('of a base that held the record before there was a frontier is compared with that', () => {
    const [holder] = [standingOf().incumbent];
    const old = { ...grown, history: [{ ...holder, blob: sha('e'), valBpb: 2.3 }] };
    expect(judged([run(2)], candidate(sha('e')), old)).toMatchObject({
      guess: { kind: 'compose', base: { file: sha('e') } },
    });
  });

  it('of a base that nobody knows is compared with the head', () => {
    expect(judged([run(1.95)], candidate(sha('e')), grown)).toMatchObject({
      guess: { kind: 'reject', base: { file: link.blob } },
    });
  });

  it('that gains more than any honest one is measured by another owner first', () => {
    expect(judged([run(0.5)], candidate(MAIN_BLOB))).toMatchObject({
      kind: 'measure',
      stage: 'explore',
      runs: 2,
      placement: { notOwners: ['ada'] },
    });
  });

  it('that ignores its seed is invalid, whoever measured it', () => {
    const runs = ['ada', 'bob', 'ada', 'bob'].map((owner, i) =>
      run(1.9, { owner, machine: `${owner}.m`, seed: 70 + i, runId: 70 + i }),
    );
    expect(judged(runs, candidate(MAIN_BLOB))).toMatchObject({
      verdict: 'invalid',
      reason: { code: 'pinned-seed' },
    });
  });
});

it('a report that repeats an earlier one counts for nothing, and another owner measures in its place', () => {
  const twice = [run(1.93), run(1.93, { owner: 'bob', machine: 'bob.lab', seed: 8, runId: 101 })];
  expect(judged(twice, candidate(MAIN_BLOB))).toMatchObject({
    kind: 'measure',
    placement: { notOwners: ['bob'] },
  });
});

describe('a chain', () => {
  const of: FrontierCase = { kind: 'certification', link };
  const fresh = (losses: number[]) =>
    losses.map((loss, i) =>
      run(loss, {
        stage: 'confirm',
        ordinal: i + 1,
        seed: 90 + i,
        runId: 90 + i,
        owner: i % 2 ? 'bob' : 'ada',
        machine: i % 2 ? 'bob.lab' : 'ada.desk',
      }),
    );

  it('is certified by fresh runs alone: those of its adoption do not count', () => {
    expect(judged([run(0.1)], of, grown)).toMatchObject({ kind: 'measure', stage: 'confirm', runs: 4 });
  });

  it('whose fresh runs show the gain becomes the record', () => {
    const says = judged(fresh([1.5, 1.52, 1.48, 1.51]), of, grown);
    expect(says).toMatchObject({ verdict: 'improved', certified: { kind: 'certified', pulls: [7] } });
  });

  it('whose fresh runs show a loss did not hold', () => {
    const says = judged(fresh([2.3, 2.31, 2.28, 2.33]), of, grown);
    expect(says).toMatchObject({ verdict: 'not-held', certified: { kind: 'refuted' } });
  });

  it('is not certified by the machines of who wrote it', () => {
    const own = { ...grown, frontier: { ...NO_FRONTIER, chain: [{ ...link, author: 'Bob' }] } };
    expect(judged([], of, own)).toMatchObject({ kind: 'measure', placement: { notOwners: ['bob'] } });
  });
});
