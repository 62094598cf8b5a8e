import { describe, expect, it } from 'vitest';
import type { FrontierComposition, FrontierLink } from '../../../core/formats/frontier.ts';
import { type Leaderboard, leaderboardSchema } from '../../../core/formats/leaderboard.ts';
import { board, standingOf } from '../../../testing/examples/leaderboard.ts';
import { HEAD, MAIN_BLOB, NOW, sha } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { type FrontierChange, withFrontierChange, withRunsCounted } from './frontier.ts';

const SIGMA = 0.1;
const start: Leaderboard = { ...board, tracks: { cpu: standingOf() } };

function link(change: Partial<FrontierLink> = {}): FrontierLink {
  const estimate = { loss: 1.8, variance: 0.004 };
  const words = { author: 'nova', title: 'Halve the batch', head: HEAD, brings: true, at: NOW };
  return {
    pull: 41,
    blob: sha('1'),
    from: null,
    base: MAIN_BLOB,
    gain: 0.2,
    estimate,
    tried: false,
    ...words,
    ...change,
  };
}

function composition(change: Partial<FrontierComposition> = {}): FrontierComposition {
  const estimate = { loss: 1.7, variance: 0.01 };
  const seen = { gain: 0.1, deviation: 0.05 };
  return {
    pull: 42,
    blob: sha('2'),
    from: sha('3'),
    head: HEAD,
    onto: sha('1'),
    estimate,
    seen,
    dropped: false,
    ...change,
  };
}

function after(...changes: FrontierChange[]) {
  const all = changes.reduce((from, change) => withFrontierChange(from, 'cpu', change, SIGMA), start);
  expect(leaderboardSchema.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
  return all.tracks.cpu!.frontier!;
}

describe('the frontier as the leaderboard keeps it', () => {
  it('grows by what is adopted, and remembers what may be changed from now on', () => {
    const state = after(
      { kind: 'adopted', link: link() },
      { kind: 'adopted', link: link({ pull: 43, blob: sha('4') }) },
    );
    expect(state.chain.map(({ pull }) => pull)).toEqual([41, 43]);
    expect(state.known.map(({ blob, pull }) => [blob, pull])).toEqual([
      [sha('1'), 41],
      [sha('4'), 43],
    ]);
  });

  it('learns from each candidate what it showed, and what it says of its base', () => {
    const seen = { gain: -0.1, deviation: 0.05, shown: -1.23456, variance: 1.25 };
    const base = { file: MAIN_BLOB, estimate: { loss: 1.98, variance: 0.002 } };
    const state = after({ kind: 'judged', author: 'nova', seen, base });
    expect(state.candidates).toEqual([{ author: 'nova', shown: -1.235, variance: 1.25 }]);
    expect(state.known).toEqual([{ blob: MAIN_BLOB, pull: null, estimate: base.estimate }]);
  });

  it('a composition that is adopted is a link, and no longer under way', () => {
    const state = after(
      { kind: 'adopted', link: link() },
      { kind: 'composed', composition: composition() },
      { kind: 'adopted', link: link({ pull: 42, blob: sha('2'), from: sha('3'), base: sha('1') }) },
    );
    expect(state.compositions).toEqual([]);
    expect(state.chain.map(({ from }) => from)).toEqual([null, sha('3')]);
  });

  it('a composition that was dropped stays only while another stands on it', () => {
    const under = composition();
    const above = composition({ pull: 44, blob: sha('5'), onto: sha('2') });
    const both = after(
      { kind: 'adopted', link: link() },
      { kind: 'composed', composition: under },
      { kind: 'composed', composition: above },
      { kind: 'dropped', blob: under.blob },
    );
    expect(both.compositions.map(({ dropped }) => dropped)).toEqual([true, false]);
    expect(
      after({ kind: 'composed', composition: under }, { kind: 'dropped', blob: under.blob }).compositions,
    ).toEqual([]);
  });

  it('what is certified leaves the chain, what was adopted on it stays', () => {
    const changes: FrontierChange[] = [
      { kind: 'adopted', link: link() },
      { kind: 'adopted', link: link({ pull: 43, blob: sha('4') }) },
    ];
    const head = { loss: 1.79, variance: 0.001 };
    expect(
      after(...changes, { kind: 'certified', blob: sha('1'), head }).chain.map(({ pull }) => pull),
    ).toEqual([43]);
    // Candidates begun from the file that main had are still compared with it.
    const { known } = after(...changes, { kind: 'certified', blob: sha('1'), head });
    expect(known.map(({ blob }) => blob)).toContain(start.tracks.cpu!.incumbent.blob);
    expect(after(...changes, { kind: 'refuted', blob: sha('1'), head }).chain).toEqual([]);
    const open = after(...changes, { kind: 'open', blob: sha('4'), head });
    expect(open.chain.map(({ tried }) => tried)).toEqual([false, true]);
  });
});

describe('certification', () => {
  const chained = withFrontierChange(
    start,
    'cpu',
    { kind: 'adopted', link: link({ gain: 0.5, estimate: { loss: 1.5, variance: 0.004 } }) },
    SIGMA,
  );

  it('begins when the chain has gained enough and enough runs were spent otherwise', () => {
    const soon = withRunsCounted(chained, 'cpu', 5, [], SIGMA);
    expect(soon.tracks.cpu!.frontier).toMatchObject({ certifying: null, runsSince: 5 });
    const now = withRunsCounted(soon, 'cpu', 60, [], SIGMA);
    expect(now.tracks.cpu!.frontier).toMatchObject({ certifying: sha('1'), runsSince: 0 });
  });

  it('begins at once for a single gain that is large', () => {
    const large = withFrontierChange(
      start,
      'cpu',
      { kind: 'adopted', link: link({ gain: 0.9, estimate: { loss: 1.1, variance: 0.004 } }) },
      SIGMA,
    );
    expect(withRunsCounted(large, 'cpu', 1, [], SIGMA).tracks.cpu!.frontier!.certifying).toBe(sha('1'));
  });

  it('a link that was measured without a decision waits for another', () => {
    const tried = withFrontierChange(
      chained,
      'cpu',
      { kind: 'open', blob: sha('1'), head: { loss: 1.5, variance: 0.001 } },
      SIGMA,
    );
    expect(withRunsCounted(tried, 'cpu', 500, [], SIGMA).tracks.cpu!.frontier!.certifying).toBeNull();
  });

  it('fresh runs of the incumbent sharpen what is kept of it', () => {
    const base = { file: MAIN_BLOB, estimate: { loss: 2, variance: 0.01 } };
    const seen = { gain: 0, deviation: 0.1, shown: 0, variance: 1 };
    const kept = withFrontierChange(start, 'cpu', { kind: 'judged', author: 'nova', seen, base }, SIGMA);
    const fresh = [run(1.9, { stage: 'baseline', seed: 99, runId: 99 })];
    const { estimate } = withRunsCounted(kept, 'cpu', 0, fresh, SIGMA).tracks.cpu!.frontier!.known[0]!;
    expect(estimate.loss).toBeLessThan(2);
    expect(estimate.variance).toBeLessThan(0.01);
  });
});
