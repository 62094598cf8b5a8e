import { expect, it } from 'vitest';
import { MAIN_BLOB } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { freshLosses, judgedFiles } from './judged-files.ts';

it('takes fresh runs where a file has any, and its exploring ones elsewhere', () => {
  const explored = run(1.8, { heldoutBpb: 2.1 });
  const confirmed = [1.9, 1.94].map((loss) => run(loss, { stage: 'confirm', heldoutBpb: loss + 0.2 }));
  const fresh = freshLosses(resultOf({ runs: [explored, ...confirmed] }))!;
  expect(fresh.valBpb).toBeCloseTo(1.92, 9);
  expect(fresh.heldoutBpb).toBeCloseTo(2.12, 9);
  expect(freshLosses(resultOf({ runs: [explored] }))).toEqual({ valBpb: 1.8, heldoutBpb: 2.1 });
});

it('knows nothing of runs that were not scored on both texts, or do not count', () => {
  const discounted = run(1.9, { heldoutBpb: 2, discounted: 'its machine was an outlier' });
  for (const one of [run(1.9), run(null), discounted])
    expect(freshLosses(resultOf({ runs: [one] }))).toBeNull();
});

it('compares each file with its base, be that the first file or a record', () => {
  const first = { blob: MAIN_BLOB, valBpb: 2, heldoutBpb: 2.2 };
  const record = { blob: 'b', base: MAIN_BLOB, valBpb: 1.9, heldoutBpb: 2.1, selected: true };
  const after = { blob: 'c', base: 'b', valBpb: 1.95, heldoutBpb: 2.1, selected: false };
  const stray = { blob: 'd', base: 'c', valBpb: 1.95, heldoutBpb: 2.1, selected: false };
  expect(judgedFiles([record, after, stray], first)).toEqual([
    { valBpb: 1.9, heldoutBpb: 2.1, base: { valBpb: 2, heldoutBpb: 2.2 }, selected: true },
    { valBpb: 1.95, heldoutBpb: 2.1, base: { valBpb: 1.9, heldoutBpb: 2.1 }, selected: false },
  ]);
  expect(judgedFiles([record], { ...first, heldoutBpb: null })).toEqual([]);
});
