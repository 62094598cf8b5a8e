import { describe, expect, it } from 'vitest';
import { WITHDRAWN } from '../../../core/formats/result.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts } from '../../../testing/snapshot/head.ts';
import { judge, judgeAsItIs, type VerdictInput, withdrawn } from './verdict.ts';

/** Several runs decide; the incumbent has four runs by two owners at 2.0. */
const input = (given: VerdictInput['facts'], change: Partial<VerdictInput> = {}): VerdictInput => ({
  author: 'nova',
  facts: given,
  incumbentRuns: [],
  standing: {
    ...board.tracks.cpu!,
    runs: [1.99, 2.01, 2.02, 1.98].map((loss, i) =>
      run(loss, { stage: 'baseline', runId: i, seed: i, owner: i % 2 ? 'ada' : 'bell' }),
    ),
  },
  rules: { sigma: 0.02 },
  ...change,
});

describe('a run without a loss ends the experiment', () => {
  it.each([
    ['crashed', 'crashed', 'exception'],
    ['out-of-memory', 'crashed', 'out-of-memory'],
    ['timeout', 'timeout', 'over-budget'],
    ['diverged', 'diverged', 'diverged'],
    ['invalid', 'invalid', 'refused-by-referee'],
  ] as const)('that %s: %s', (outcome, verdict, code) => {
    const given = facts(null, { run: run(null, { outcome }), reason: null });
    const ruling = judge(input([facts(1.5), given]));
    expect(ruling).toMatchObject({ kind: 'verdict', verdict, valBpb: null, incumbent: 2 });
    expect(ruling).toMatchObject({ reason: { code, text: expect.stringMatching(/./) } });
    expect(ruling.because).toMatchObject([{ rule: 'run', said: 'refused', code }]);
  });

  it('for the reason that its report gives, where it gives one', () => {
    expect(judge(input([facts(null)]))).toMatchObject({ reason: { code: 'training-exception' } });
  });
});

describe('when nothing more may be measured', () => {
  it('what is known decides, if it decides', () => {
    expect(judgeAsItIs(input([facts(2.5)]), 'why')).toMatchObject({ verdict: 'regressed', valBpb: 2.5 });
  });

  it('else nothing is decided: the loss is kept, and a gain may hide', () => {
    const open = { verdict: 'inconclusive', reason: { code: WITHDRAWN }, incumbent: 2, evidence: null };
    expect(judgeAsItIs(input([facts(1.5)]), 'why')).toMatchObject({ ...open, valBpb: 1.5 });
    expect(judgeAsItIs(input([]), 'why')).toMatchObject({ ...open, valBpb: null });
    expect(withdrawn(input([facts(1.5)]), 'scored')).toMatchObject({ ...open, valBpb: 1.5 });
  });
});

it("a login in capitals is the author's too: their machines confirm nothing", () => {
  const wanted = judge(input([facts(1.5)], { author: 'NOVA' }));
  expect(wanted).toMatchObject({ kind: 'measure', placement: { notOwners: ['nova'] } });
});
