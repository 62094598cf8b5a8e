import { expect, it } from 'vitest';
import { leastSquares } from './least-squares.ts';
import { type JudgedFile, wornOf } from './worn.ts';

/** Files in a row, each compared with the last selected one; every fourth gains and is selected. */
function track(o: { gap: (loss: number) => number; fits: number }, count = 80): JudgedFile[] {
  const files: JudgedFile[] = [];
  let base = { loss: 1.5, fit: 0 };
  const losses = ({ loss, fit: by }: typeof base) => ({ valBpb: loss - by, heldoutBpb: loss + o.gap(loss) });
  for (let i = 0; i < count; i++) {
    const selected = i % 4 === 0;
    const wobble = ((i * 37) % 11) / 11 - 0.5;
    const file = {
      loss: base.loss - (selected ? 0.003 : -0.004 - 0.004 * wobble),
      fit: base.fit + (selected ? o.fits : 0),
    };
    const { valBpb, heldoutBpb } = losses(file);
    files.push({ valBpb, heldoutBpb: heldoutBpb + 1e-4 * wobble, base: losses(base), selected });
    if (selected) base = file;
  }
  return files;
}

it('says nothing of texts that differ, however the difference grows as the loss falls', () => {
  for (const gap of [() => 0.1, (loss: number) => 0.3 * loss, (loss: number) => 0.02 / loss ** 4]) {
    const worn = wornOf(track({ gap, fits: 0 }))!;
    expect(worn.worn).toBe(false);
    expect(Math.abs(worn.excess)).toBeLessThan(1e-4);
  }
});

it('says by how much selected files gain on validation text alone, though files inherit that', () => {
  const worn = wornOf(track({ gap: (loss) => 0.3 * loss, fits: 0.001 }))!;
  expect(worn).toMatchObject({ worn: true, selected: 20 });
  expect(worn.low).toBeLessThanOrEqual(worn.excess);
  expect(worn.excess).toBeGreaterThan(0.0008);
  expect(worn.excess).toBeLessThan(0.0016);
});

it('says nothing before there are files to compare', () => {
  expect(wornOf([])).toBeNull();
  expect(wornOf(track({ gap: () => 0.1, fits: 0.001 }, 28))).toBeNull();
  expect(wornOf(track({ gap: () => 0.1, fits: 0.001 }).filter((file) => file.selected))).toBeNull();
});

it('learns nothing from losses far beyond the gains: there the texts may differ in another way', () => {
  const files = track({ gap: (loss) => 0.3 * loss, fits: 0 });
  const broken = { valBpb: 9, heldoutBpb: 2, base: files[0]!.base, selected: false };
  expect(wornOf([...files, broken])).toEqual(wornOf(files));
});

it('fits least squares as textbooks do, with HC3 errors', () => {
  // y = 1 + 2x but for the residuals of four points; figures by numpy.
  const rows = [0, 1, 2, 3].map((x) => [1, x]);
  const { coefficients, covariance } = leastSquares(rows, [1.1, 2.8, 5.3, 6.8])!;
  expect(coefficients[0]).toBeCloseTo(1.06, 9);
  expect(coefficients[1]).toBeCloseTo(1.96, 9);
  expect(covariance[1]![1]).toBeCloseTo(0.02427755, 8);
  expect(
    leastSquares(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [1, 2, 3],
    ),
  ).toBeNull();
});
