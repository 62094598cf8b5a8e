import { expect, it } from 'vitest';
import { run } from '../../../testing/examples/run.ts';
import { heldoutOf, spreadOf } from './spread.ts';

it('runs without a loss have no part in a spread, and no run has none', () => {
  expect(spreadOf([run(null)], [], 0.001)).toBeNull();
  expect(spreadOf([run(1), run(null), run(3)], [], 0.001)).toMatchObject({ count: 2, mean: 2 });
});

it('a run far from the others is coloured, by the sigma that one run spreads with', () => {
  const runs = [0.98, 0.98, 0.98, 0.983].map((loss) => run(loss));
  expect(spreadOf(runs, [], 0.001)?.colours).toEqual(['none', 'none', 'none', 'red']);
  expect(spreadOf(runs, [], 0.1)?.colours).toEqual(['none', 'none', 'none', 'none']);
});

it('earlier files say what is far, once there are enough of them', () => {
  const wide = Array.from({ length: 100 }, (_, i) =>
    [0.9, 1.1].map((valBpb) => ({ ...MEASURED, seed: i, valBpb })),
  );
  const runs = [0.98, 0.98, 0.98, 0.983].map((loss) => run(loss));
  expect(spreadOf(runs, wide, 0.001)?.colours).toEqual(['none', 'none', 'none', 'none']);
});

it('where one run decides, nothing is known of spread and no run is coloured', () => {
  const spread = spreadOf([run(1), run(9)], [], null);
  expect(spread?.colours).toEqual(['none', 'none']);
  expect(spread?.residuals[1]).toBeCloseTo(4 * Math.SQRT2, 12);
});

it('the loss on held-out text is the mean of the runs that have one', () => {
  expect(heldoutOf([1, null, 2].map((heldoutBpb) => run(1, { heldoutBpb })))).toBe(1.5);
  expect(heldoutOf([run(1)])).toBeNull();
});

const MEASURED = { stage: 'baseline' as const, owner: 'ada', machine: 'ada.desk' };
