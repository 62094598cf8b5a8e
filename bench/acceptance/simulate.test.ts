import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureAuditCost } from './audit-cost.ts';
import { measureBooster } from './liars/booster.ts';
import { measureCopycat } from './liars/copycat.ts';
import { measurePreempting } from './liars/preempting.ts';
import { createDescent, createGreedy, createWelch, welchP } from './policies.ts';
import { readHistory, replay } from './replay.ts';
import { DEFAULT, PLATEAU, SCENARIOS } from './scenarios.ts';
import { simulate } from './simulate.ts';

const size = { seed: 7, tracks: 20, candidates: 200 };
const history = readFileSync(new URL('karpathy-autoresearch-h100-mar8.tsv', import.meta.url), 'utf8');

describe('the rule, simulated', () => {
  it('is cheap and does not merge luck while gains are to be had', () => {
    const figures = simulate(DEFAULT, createDescent, size);
    expect(figures.runsPerCandidate).toBeLessThan(1.7);
    expect(figures.falseMergesPer100).toBeLessThanOrEqual(0.1);
    expect(figures.mergeAt['0']).toBeLessThanOrEqual(0.01);
    expect(figures.incumbentRunsPerCandidate).toBeLessThan(0.3);
    expect(figures.mergeAt['0.001']).toBeGreaterThan(0.12);
    expect(figures.mergeAt['0.002']).toBeGreaterThan(0.75);
    expect(figures.mergeAt['0.004']).toBeGreaterThan(0.98);
    expect(figures.optimism).toBeLessThan(0.0002);
  });

  it('holds on a plateau, where greedy merges are mostly luck', () => {
    expect(simulate(PLATEAU, createDescent, size).falseDiscoveryRate).toBeLessThanOrEqual(0.05);
    expect(simulate(PLATEAU, createGreedy, size).falseDiscoveryRate).toBeGreaterThan(0.5);
    expect(simulate(PLATEAU, createWelch, size).falseDiscoveryRate).toBeGreaterThan(0.05);
  });

  it.each(SCENARIOS)('keeps its promise with $name', (scenario) => {
    const figures = simulate(scenario, createDescent, { ...size, tracks: 10 });
    expect(figures.falseMergesPer100).toBeLessThanOrEqual(0.2);
    expect(figures.mergeAt['0']).toBeLessThanOrEqual(0.01);
  });

  it('is the same for the same seed and another for another', () => {
    const small = { ...size, tracks: 2 };
    expect(simulate(DEFAULT, createDescent, small)).toEqual(simulate(DEFAULT, createDescent, small));
    expect(simulate(DEFAULT, createDescent, { ...small, seed: 8 })).not.toEqual(
      simulate(DEFAULT, createDescent, small),
    );
  });
});

describe('owners who end the runs that displease them', () => {
  const merges = (seedShare: number) =>
    measurePreempting({ logins: 2, ends: 'half', seedShare, seed: 3, trials: 3000 }).mergeAtZero;

  it('gain nothing where the run keeps its seed, and would where another one was drawn', () => {
    expect(merges(1)).toBeLessThan(0.006);
    expect(merges(0)).toBeGreaterThan(0.01);
  });
});

describe('an owner who flatters a friend', () => {
  it.each([1, 3, 5, 10])(
    'gains no merge by %i sigma, on two owners and with the incumbent harmed too',
    (boost) => {
      const figures = measureBooster({ boostSigmas: boost, harmsIncumbent: true, seed: 3, trials: 400 });
      expect(figures.mergeAtZero).toBeLessThanOrEqual(0.025);
      expect(figures.mergeAtZeroTrusting).toBeGreaterThan(0.1);
    },
  );

  it('is found by the audits when the lie is large', () => {
    const { jobsUntilFoundTwice } = measureBooster({
      boostSigmas: 8,
      harmsIncumbent: false,
      seed: 3,
      trials: 1,
    });
    expect(jobsUntilFoundTwice).toBeLessThan(100);
  });
});

it.each([
  [1, 0.015],
  [2, 0.05],
])('%i logins that repeat others’ losses with a little noise let luck in by %f at most', (logins, most) => {
  const { mergeAtZero } = measureCopycat({ logins, noiseSigmas: 0.01, seed: 3, trials: 1500 });
  expect(mergeAtZero).toBeLessThanOrEqual(most);
});

it('audits every job of new machines, then the fewer the more owners there are', () => {
  const [three, five, twenty] = [3, 5, 20].map((owners) => measureAuditCost({ owners, seed: 3, tracks: 2 }));
  expect(three!.later).toBeGreaterThan(five!.later);
  expect(five!.later).toBeGreaterThan(twenty!.later);
  // 20 machines are on probation for 200 jobs, most of what the first 200 candidates take.
  expect(twenty!.first).toBeGreaterThan(0.8);
  expect(twenty!.later).toBeLessThan(0.3);
});

describe('real history', () => {
  it('says which of the 22 kept gains stood on luck, and how many runs they wanted', () => {
    const kept = replay(readHistory(history), { seed: 1, repeats: 20 });
    expect(kept).toHaveLength(22);
    const enough = kept.filter((gain) => gain.oneRunWasEnough).map((gain) => gain.commit);
    expect(enough).toEqual(['bea057b', '7f2a65c']);
    expect(kept.find((gain) => gain.commit === '7d047e4')).toMatchObject({ runsEachNeeded: 2 });
    expect(kept.find((gain) => gain.commit === 'bea057b')!.descentMerges).toBe(1);
  });

  it('refuses a log it does not understand, and names the line', () => {
    expect(() => readHistory('a\tb\n')).toThrow('five columns');
    expect(() => readHistory(`${history.split('\n')[0]}\nabc\tnot-a-loss\t1\tkeep\tx\n`)).toThrow('line 2');
  });
});

it("gives Welch's p as textbooks do", () => {
  // Two samples with t = 2.3 on 6 degrees of freedom, equal variances: p = 0.0306 one-sided.
  const a = [1, 2, 3, 4].map((x) => x + 2.3 * Math.sqrt(5 / 6));
  expect(welchP(a, [1, 2, 3, 4])).toBeCloseTo(0.0306, 3);
});
