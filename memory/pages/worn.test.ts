import { expect, test } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { leaderboard, record, stage } from '../../testing/clone/clone.ts';
import { run } from '../../testing/examples/run.ts';

/** A track of 48 results, every fourth a record; held-out text is harder, and a record fits validation text by `fits`. */
function history(fits: number) {
  const first = { blob: gitBlob('the first'), valBpb: 2, heldoutBpb: 2.3 };
  let base = { ...first, pull: null as number | null };
  const results = Array.from({ length: 48 }, (_, i) => {
    const pull = i + 1;
    const improved = i % 4 === 0;
    const gain = improved ? 0.01 : -0.01 - ((i * 37) % 11) / 2000;
    const [valBpb, heldoutBpb] = [base.valBpb - gain, base.heldoutBpb - 1.1 * gain + (improved ? fits : 0)];
    const incumbent = { pull: base.pull, blob: base.blob, valBpb: base.valBpb };
    const result = record(pull, {
      verdict: improved ? 'improved' : 'regressed',
      valBpb,
      heldoutBpb,
      incumbent,
      runs: [run(valBpb, { heldoutBpb: heldoutBpb + ((i * 13) % 7) / 1e4 })],
    });
    if (improved) base = { pull, blob: result.blob, valBpb, heldoutBpb };
    return result;
  });
  return stage(results, { leaderboard: leaderboard(first) });
}

test('the page warns when records fit the validation text, and says how much of their gain that is', async () => {
  const { user } = await history(0.004);
  const { page } = (await user.json('digest')).value;
  expect(page).toMatch(
    /\*\*The validation text wears out\.\*\*.*\+0\.00\d\d bits per byte for each of 12 records/,
  );
});

test('the page says that nothing is worn out where held-out text is only harder, and nothing before there is enough', async () => {
  const { user } = await history(0);
  expect((await user.json('digest')).value.page).toContain('No sign that the validation text is worn out');
  const { user: early } = await stage([record(1, { runs: [run(2.2, { heldoutBpb: 2.5 })] })]);
  expect((await early.json('digest')).value.page).not.toContain('validation text');
});
