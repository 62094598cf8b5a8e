import { describe, expect, test } from 'vitest';
import { add } from './claims.ts';
import { judge, logProbability } from './judge.ts';

describe('claims held to the answers of the second pass', () => {
  test('an honest model that rounds differently passes', () => {
    const excess = Float64Array.from({ length: 2000 }, (_, index) => 0.014 * Math.sin(index));
    excess[7] = 0.36;
    expect(judge(excess)).toMatchObject({ count: 2000, worstNats: 0.36 });
  });

  test('one claim off by more than half a nat is refused, in either direction', () => {
    const excess = new Float64Array(100);
    excess[50] = -0.51;
    expect(() => judge(excess)).toThrow(/differ by 0.510 nats/);
    excess[50] = 0.51;
    expect(() => judge(excess)).toThrow(/differ by 0.510 nats/);
  });

  test('a small constant shift hides from no one', () => {
    expect(() => judge(new Float64Array(128).fill(0.002))).toThrow(/On average/);
  });

  test('what is too small to refuse is told, so that it can be added', () => {
    expect(judge(new Float64Array(128).fill(0.0004)).meanExcessNats).toBeCloseTo(0.0004, 12);
  });

  test('claims that are too modest on average are the model’s own loss', () => {
    expect(judge(new Float64Array(128).fill(-0.01)).meanExcessNats).toBeCloseTo(-0.01, 12);
  });

  test.each([Number.NaN, Infinity, -Infinity])('a logit of %s is refused', (logit) => {
    expect(() => logProbability(Float32Array.of(0, logit, 1), 0)).toThrow(/every logit must be finite/);
  });

  test('log-softmax stands large logits', () => {
    expect(logProbability(Float32Array.of(3e38, 0), 0)).toBe(0);
    expect(logProbability(Float32Array.of(1, 1, 1, 1), 2)).toBeCloseTo(-Math.log(4), 12);
  });
});

describe('adding up claims', () => {
  // Two rows of two targets; token 0 has no bytes, token 1 one, token 2 three.
  const tokens = Uint16Array.of(1, 2, 0, 2, 1, 1);
  const bytes = Uint16Array.of(0, 1, 3);
  const sum = (...claims: number[]) => {
    const loss = { nats: 0, bytes: 0, targets: 0 };
    const kept = Float32Array.from(claims);
    add(loss, kept, tokens, 2, bytes);
    return { ...loss, kept };
  };

  test('targets of no bytes count in neither sum', () => {
    expect(sum(-1, -100, -2, -3)).toMatchObject({ nats: 6, bytes: 5, targets: 3 });
  });

  test('a claim a rounding above 0 counts as 0, also for the probes', () => {
    const { nats, kept } = sum(9e-4, -1, -2, -3);
    expect(nats).toBe(5);
    expect(kept[0]).toBe(0);
  });

  test.each([0.0011, 5, Number.NaN, Infinity, -Infinity])('a claim of %s refuses the run', (claim) => {
    expect(() => sum(-1, -1, -1, claim)).toThrow(/every claim must be finite and at most 0/);
    expect(() => sum(-1, claim, -1, -1)).toThrow(/every claim/); // on a target that is not counted, too
  });
});
