import { expect, it } from 'vitest';
import { MAIN_BLOB, recordWith, run } from '../../../testing/bot/world.ts';
import { judgedFiles } from './judged-files.ts';

const incumbent = { pull: null, blob: MAIN_BLOB, valBpb: 2 };
const holders = [{ blob: MAIN_BLOB, valBpb: 2, heldoutBpb: 2.2 }];
const base = { valBpb: 2, heldoutBpb: 2.2 };

it('takes fresh runs where a file has any, and its exploring ones elsewhere', () => {
  const explored = run(1.8, { heldoutBpb: 2.1 });
  const confirmed = [1.9, 1.94].map((loss) => run(loss, { stage: 'confirm', heldoutBpb: loss + 0.2 }));
  const improved = recordWith({ verdict: 'improved', incumbent, runs: [explored, ...confirmed] });
  const rejected = recordWith({ verdict: 'regressed', incumbent, runs: [run(2.5, { heldoutBpb: 2.6 })] });
  const [first, second] = judgedFiles([improved, rejected], holders);
  expect(first).toMatchObject({ base, selected: true });
  expect(first!.valBpb).toBeCloseTo(1.92, 9);
  expect(first!.heldoutBpb).toBeCloseTo(2.12, 9);
  expect(second).toEqual({ valBpb: 2.5, heldoutBpb: 2.6, base, selected: false });
});

it('leaves out what does not tell both losses, or whose base does not', () => {
  const scored = run(1.9, { heldoutBpb: 2 });
  const found = judgedFiles(
    [
      recordWith({ incumbent, runs: [run(1.9)] }),
      recordWith({ incumbent, runs: [run(null)] }),
      recordWith({ incumbent, runs: [{ ...scored, discounted: 'its machine was an outlier' }] }),
      recordWith({ incumbent: { ...incumbent, blob: 'f'.repeat(40) }, runs: [scored] }),
      recordWith({ incumbent: null, runs: [scored] }),
    ],
    holders,
  );
  expect(found).toEqual([]);
  const unknown = [{ blob: MAIN_BLOB, valBpb: 2, heldoutBpb: null }];
  expect(judgedFiles([recordWith({ incumbent, runs: [scored] })], unknown)).toEqual([]);
});
