import { expect, it } from 'vitest';
import { resultOf as earlier } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts, head, runState } from '../../../testing/snapshot/head.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import { experimentsOf } from '../state/experiments.ts';
import { resultOf } from './result.ts';

const judgement = {
  ...{ kind: 'verdict' as const, verdict: 'regressed' as const, reason: { code: 'worse', text: 'worse' } },
  ...{ valBpb: 2.5, incumbent: 2, evidence: null },
};

/** Two runs of pull request 41. */
function experiment(first: Parameters<typeof facts>[1] = {}, second: Parameters<typeof facts>[1] = {}) {
  const runs = [first, second].map((change, i) =>
    runState(
      {
        kind: 'report',
        facts: facts(2.5, {
          run: run(2.5 + i, { runId: 10 + i, ordinal: i + 1, heldoutBpb: 3 + i }),
          ...change,
        }),
      },
      { ordinal: i + 1 },
    ),
  );
  const at = snapshot({ heads: [head({ runs })] });
  return [at, experimentsOf(at.pull.heads)[0]!] as const;
}

it('runs that do not count are kept with the reason, and have no part in any figure', () => {
  const discounted = new Map([[11, 'its machine is an outlier']]);
  const { runs, heldoutBpb, distribution } = resultOf(...experiment(), { ...judgement, discounted });
  expect(runs.map((one) => one.discounted)).toEqual([undefined, 'its machine is an outlier']);
  expect(heldoutBpb).toBe(3);
  expect(distribution?.count).toBe(1);
});

it('what was on record stays when it is reconsidered', () => {
  const insight = { untrusted: true as const, author: 'lyra', at: '2026-11-23T12:00:00Z', text: 'the width' };
  const before = earlier({ runs: [run(2.5, { runId: 9 }), run(2.5, { runId: 10 })], insights: [insight] });
  const words = { ...before.authorText, title: 'As it was first' };
  const after = resultOf(...experiment(), judgement, { ...before, authorText: words });
  expect(after.runs.map((one) => one.runId)).toEqual([9, 10, 11]);
  expect(after.insights).toEqual([insight]);
  expect(after.authorText.title).toBe('As it was first');
});

it('its author keeps the name that the result was written with, though the login is another now', () => {
  const before = earlier({ author: 'earlier-name', authorId: 7, runs: [run(2.5, { runId: 9 })] });
  const { author, authorId } = resultOf(...experiment(), judgement, before);
  expect({ author, authorId }).toEqual({ author: 'earlier-name', authorId: 7 });
});

it('the curve is that of the first run, the log that of the first which has one', () => {
  const curve = [{ step: 1, seconds: 1, loss: 5 }];
  const { authorText, ...rest } = resultOf(...experiment({ curve }, { log: 'Traceback' }), judgement);
  expect(rest.curve).toEqual(curve);
  expect(authorText.log).toBe('Traceback');
  expect(resultOf(...experiment(), judgement).authorText.log).toBeNull();
});
