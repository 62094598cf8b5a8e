import { describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { config } from '../../../testing/examples/config.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, HEAD } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { overall } from '../../../testing/snapshot/head.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { plan } from '../plan.ts';

const eve = (valBpb: number, change: Partial<RunResult> = {}) =>
  run(valBpb, { owner: 'eve', machine: 'eve.box', runId: 11, ...change });

const result = (change: Partial<ExperimentResult> = {}) =>
  resultOf({ valBpb: 2.9, runs: [eve(2.9)], ...change });

/** A pull request whose verdict depended on eve's machine, found to be an outlier since. */
function doubted(own: ExperimentResult, change: Partial<Snapshot['pull']> = {}): Snapshot {
  const cpu = {
    ...board.tracks.cpu!,
    runs: [2, 2.05, 1.95, 2.01].map((loss, i) => run(loss, { stage: 'baseline', seed: i, runId: i })),
    counts: { [own.verdict]: 3 },
    reconsider: [{ pull: 41, blob: BLOB, machine: 'eve.box' }],
  };
  const { margin: _, ...rules } = config.tracks.cpu!;
  const world = snapshot(
    {
      state: 'closed',
      labels: [own.verdict],
      heads: [{ oid: HEAD, blob: BLOB, overall: overall('verdict'), runs: [], shared: false }],
      ...change,
    },
    { results: [{ blob: BLOB, result: own }] },
  );
  return {
    ...world,
    main: {
      ...world.main,
      config: { ok: true, value: { ...config, tracks: { cpu: { ...rules, sigma: 0.1 } } } },
      leaderboard: { ok: true, value: { ...board, tracks: { cpu } } },
    },
  };
}

function written(world: Snapshot) {
  const effects = plan(world);
  const commit = effects.find((effect) => effect.kind === 'record');
  const file = commit?.files.find((one) => one.path.startsWith('results/experiments/'));
  const lead = commit?.files.find((one) => one.path === 'results/leaderboard.json');
  return {
    kinds: effects.map((effect) => effect.kind),
    record: JSON.parse(file!.content) as ExperimentResult,
    standing: JSON.parse(lead!.content).tracks.cpu,
  };
}

describe('a verdict that depended on an outlier’s machine', () => {
  it('falls where too little is left: the pull request is reopened before that is written, and its runs are kept', () => {
    const { kinds, record: now, standing } = written(doubted(result()));
    expect(kinds).toEqual(['reopen', 'record', 'answer', 'again']);
    expect(now).toMatchObject({ verdict: 'invalid', reason: { code: 'reconsidered' }, valBpb: null });
    expect(now.runs[0]).toMatchObject({ valBpb: 2.9, discounted: expect.stringContaining('eve.box') });
    expect(standing).toMatchObject({ reconsider: [], counts: { regressed: 2, invalid: 1 } });
  });

  it('is checked again before it is said again, whether or not the pull request was reopened already', () => {
    expect(written(doubted(result(), { state: 'open' })).kinds).toEqual(['record', 'answer', 'again']);
  });

  it('stands where what others measured says the same', () => {
    const others = [2.9, 2.95].map((loss, i) => run(loss, { runId: 20 + i, seed: 20 + i, ordinal: 2 + i }));
    const { kinds, record: now } = written(doubted(result({ runs: [eve(1.2), ...others] })));
    expect(kinds).toEqual(['record', 'answer', 'again']);
    expect(now).toMatchObject({ verdict: 'regressed', runs: [{ machine: 'eve.box' }, {}, {}] });
    expect(now.valBpb).toBeCloseTo(2.925, 6);
  });

  it('stays what its author made of it where they withdrew it', () => {
    const own = result({ verdict: 'inconclusive', reason: { code: 'withdrawn', text: 'withdrawn' } });
    expect(written(doubted(own)).record.reason.code).toBe('withdrawn');
  });

  it('is no reason to take back a merge, unless nothing else had confirmed it: then a maintainer is called', () => {
    const runs = [eve(1.2, { stage: 'confirm' }), run(1.3, { stage: 'confirm', runId: 21 })];
    const evidence = {
      code: 'confirmed',
      sigma: 0.1,
      degrees: 8,
      candidateRuns: 2,
      incumbentRuns: 4,
      owners: 2,
      effect: { estimate: 0.7, standardError: 0.1, low: 0.5, high: 0.9 },
      couldHide: 0,
      moreRuns: null,
      singleOwner: false,
      incumbentLosses: [2],
    };
    const merged = { verdict: 'improved', valBpb: 1.25, runs, evidence } as const;
    const held = written(doubted(result({ ...merged, runs: [...runs] }), { state: 'merged' }));
    expect(held.kinds).toEqual(['record', 'answer', 'again']);
    expect(held.record).toMatchObject({ verdict: 'improved', valBpb: 1.3 });
    const alone = { ...merged, runs: [runs[0]!], evidence: { ...evidence, singleOwner: true } };
    expect(written(doubted(result(alone), { state: 'merged' })).kinds[0]).toBe('alarm');
    const found = {
      ...run(1.2, { stage: 'confirm', owner: 'eva', machine: 'eva.box', runId: 21 }),
      discounted: 'found',
    };
    const oneHand = { ...merged, runs: [runs[0]!, found] };
    expect(written(doubted(result(oneHand), { state: 'merged' })).kinds[0]).toBe('alarm');
  });
});
