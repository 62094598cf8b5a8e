import { describe, expect, test } from 'vitest';
import { add } from '../claims/claims.ts';
import { PROBE_KINDS } from './draw-probes.ts';
import { type Excess, judge, logProbability } from './judge.ts';

describe('claims compared with the answers of the second pass', () => {
  const all = (count: number, value: number) => new Float64Array(count).fill(value);
  const probes = (excess: Partial<Excess>): Excess => ({ uniform: [], guided: [], heldout: [], ...excess });

  test('an honest model that rounds differently passes, and pays for what its rounding leaves possible', () => {
    const excess = Float64Array.from({ length: 1500 }, (_, index) => 0.014 * Math.sin(index));
    excess[7] = 0.36;
    const judgement = judge(probes({ uniform: excess, guided: excess.slice(0, 500), heldout: excess }));
    expect(judgement).toMatchObject({ count: 2000, heldout: 1500, worstNats: 0.36 });
    expect(judgement.tooGoodNats.validation).toBeLessThan(0.0012);
  });

  test('an honest model that answers alike pays nothing', () => {
    const { tooGoodNats } = judge(probes({ uniform: all(96, 0), guided: all(32, 0), heldout: all(96, 0) }));
    expect(tooGoodNats).toEqual({ validation: 0, heldout: 0 });
  });

  test.each(PROBE_KINDS)(
    'one %s claim off by more than half a nat is refused, in either direction',
    (kind) => {
      for (const off of [-0.51, 0.51]) {
        const excess = all(100, 0);
        excess[50] = off;
        expect(() => judge(probes({ [kind]: excess }))).toThrow(/differ by 0.510 nats/);
      }
    },
  );

  test('half a nat is allowed to one claim, and what is no number to none', () => {
    const one = (off: number) => Float64Array.from({ length: 400 }, (_, i) => (i === 7 ? off : 0));
    expect(judge(probes({ guided: one(0.5) })).worstNats).toBe(0.5);
    expect(() => judge(probes({ guided: one(Number.NaN) }))).toThrow(/differ by NaN nats/);
  });

  test('a mean is refused from five standard errors on', () => {
    // 26 probes a tenth to either side of the mean: one standard error is 0.1 / sqrt(25).
    const around = (mean: number) => Float64Array.from({ length: 26 }, (_, i) => mean + (i % 2 ? 0.1 : -0.1));
    const { tooGoodNats } = judge(probes({ uniform: around(0.099), heldout: around(-0.099) }));
    expect(tooGoodNats.validation).toBeCloseTo(0.099 + 2.33 * 0.02, 12);
    expect(tooGoodNats.heldout).toBe(0);
    for (const mean of [0.101, -0.101])
      expect(() => judge(probes({ uniform: around(mean) }))).toThrow(/On average/);
  });

  test('a single probe has no spread: what it is off by is taken back or refused', () => {
    expect(judge(probes({ uniform: [0.0004] })).tooGoodNats).toEqual({ validation: 0.0004, heldout: 0 });
    expect(() => judge(probes({ uniform: [0.0006] }))).toThrow(/On average/);
  });

  test.each(PROBE_KINDS)(
    'a small constant shift of %s claims hides from no one, in either direction',
    (kind) => {
      expect(() => judge(probes({ [kind]: all(128, 0.002) }))).toThrow(/On average .* 0.00200 nats better/);
      expect(() => judge(probes({ [kind]: all(128, -0.002) }))).toThrow(/On average .* 0.00200 nats worse/);
    },
  );

  test('honest claims where guided probes come do not pay for lies where they do not', () => {
    const around = (mean: number) =>
      Float64Array.from({ length: 500 }, (_, i) => mean + (i % 2 ? 0.4 : -0.4));
    const { meanExcessNats, tooGoodNats } = judge(probes({ uniform: around(0.02), guided: around(-0.02) }));
    expect(meanExcessNats).toBeCloseTo(0.02, 12);
    expect(tooGoodNats.validation).toBeGreaterThan(0.02);
  });

  test('noise that widens the standard error widens what is taken back', () => {
    const noisy = Float64Array.from({ length: 1500 }, (_, i) => 0.01 + (i % 2 ? 0.3 : -0.3));
    expect(judge(probes({ uniform: noisy })).tooGoodNats.validation).toBeGreaterThan(0.02);
  });

  test('what is too small to refuse is taken back, for each text by its own probes', () => {
    const { tooGoodNats } = judge(probes({ uniform: all(128, 0.0004), heldout: all(128, 0.0003) }));
    expect(tooGoodNats.validation).toBeCloseTo(0.0004, 12);
    expect(tooGoodNats.heldout).toBeCloseTo(0.0003, 12);
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

  test.each([0.0011, 5, Infinity])('a claim of %s refuses the run', (claim) => {
    expect(() => sum(-1, -1, -1, claim)).toThrow(/every claim must be finite and at most 0/);
    expect(() => sum(-1, claim, -1, -1)).toThrow(/every claim/); // on a target that is not counted, too
    expect(() => sum(Number.NaN, -1, claim, -1)).toThrow(/every claim/); // and behind one of a model that diverged
  });

  test.each([Number.NaN, -Infinity])('a claim of %s is of a model that diverged', (claim) => {
    for (const claims of [
      [-1, -1, -1, claim],
      [-1, claim, -1, -1],
    ] as const) {
      const thrown = (() => {
        try {
          return sum(...claims);
        } catch (error) {
          return error;
        }
      })();
      expect(thrown).toMatchObject({
        outcome: 'diverged',
        reason: { code: 'diverged', claim: String(claim) },
      });
    }
  });
});
