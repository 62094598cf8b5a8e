import { describe, expect, it } from 'vitest';
import { type FrontierLink, NO_FRONTIER } from '../../../core/formats/frontier.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { FRONTIER, read } from '../../../testing/examples/config.ts';
import { board, standingOf } from '../../../testing/examples/leaderboard.ts';
import { HEAD, MAIN_BLOB, NOW, sha } from '../../../testing/examples/names.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { FrontierBranch } from '../../model/snapshot.ts';
import { frontierEffects } from './frontier-branch.ts';

const config = read(FRONTIER);

const link = (digit: string, change: Partial<FrontierLink> = {}): FrontierLink => ({
  ...{
    pull: Number(digit),
    author: 'nova',
    title: 'Try',
    blob: sha(digit),
    from: null,
    head: HEAD,
    brings: true,
  },
  ...{ base: MAIN_BLOB, gain: 0.1, estimate: { loss: 1.9, variance: 0.01 }, at: NOW, tried: false },
  ...change,
});

/** What is to be done where the branch has these links, and the leaderboard this chain. */
function effectsOf(chain: FrontierLink[], there: string[] | null, best = MAIN_BLOB) {
  const incumbent = { ...board.tracks.cpu!.incumbent, blob: best };
  const standing = standingOf({ incumbent, frontier: { ...NO_FRONTIER, chain } });
  const value: Leaderboard = { ...board, tracks: { cpu: standing } };
  const branch: FrontierBranch | null = there && {
    oid: sha('f'),
    links: there.map((digit) => ({ oid: `${digit}${sha('e').slice(1)}`, blob: sha(digit) })),
  };
  const world = snapshot();
  const main = {
    ...world.main,
    config: { ok: true as const, value: config },
    leaderboard: { ok: true as const, value },
  };
  return frontierEffects({ ...world, main, frontiers: branch ? { frontier: branch } : {} });
}

const moves = (from: string, digits: string[]) => [
  {
    kind: 'frontier',
    branch: 'frontier',
    from,
    path: 'train/train.py',
    links: digits.map((digit) => ({ blob: sha(digit) })),
  },
];
const MAIN = snapshot().main.oid;
const TIP = sha('f');

describe('the branch of a frontier', () => {
  it('is made where it is missing, so that agents can always begin from it', () => {
    expect(effectsOf([], null)).toMatchObject(moves(MAIN, []));
    expect(effectsOf([link('1')], null)).toMatchObject(moves(MAIN, ['1']));
  });

  it('is left alone where it is right', () => {
    expect(effectsOf([], [])).toEqual([]);
    expect(effectsOf([link('1'), link('2')], ['1', '2'])).toEqual([]);
  });

  it('grows by what was adopted, on the commits that are there', () => {
    expect(effectsOf([link('1'), link('2')], ['1'])).toMatchObject(moves(TIP, ['2']));
  });

  it('goes back to main with a refuted chain', () => {
    expect(effectsOf([], ['1', '2'])).toMatchObject(moves(MAIN, []));
  });

  it('keeps certified links below those that were adopted on them: main has their commits', () => {
    expect(effectsOf([], ['1', '2'], sha('2'))).toEqual([]);
    expect(effectsOf([link('3')], ['1', '2', '3'], sha('2'))).toEqual([]);
    expect(effectsOf([link('4')], ['1', '2'], sha('2'))).toMatchObject(moves(TIP, ['4']));
  });

  it('is set right where a person moved it', () => {
    expect(effectsOf([link('1'), link('2')], ['9'])).toMatchObject(moves(MAIN, ['1', '2']));
    expect(effectsOf([link('1'), link('2')], ['2', '1'])).toMatchObject(moves(MAIN, ['1', '2']));
  });

  it('has the head of a pull request as a parent only where main may have its commits', () => {
    const [plain] = effectsOf([link('1')], []);
    const [without] = effectsOf([link('1', { brings: false })], []);
    expect([plain, without]).toMatchObject([{ links: [{ head: HEAD }] }, { links: [{ head: null }] }]);
  });
});
