import { expect, it } from 'vitest';
import { config } from '../../../testing/examples/config.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, sha } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { head, overall } from '../../../testing/snapshot/head.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { answered } from './answer.ts';
import type { Part } from './consequence.ts';

const NO_TRACKS = { own: [], elsewhere: [], begun: null, ahead: [] };
const merged: Part = {
  result: resultOf({ verdict: 'improved', valBpb: 1.5 }),
  consequence: 'merged',
  adopt: false,
};

function decisionOn(pull: Partial<Snapshot['pull']>, parts: Part[]) {
  const { decision } = answered(snapshot(pull), { config, board }, NO_TRACKS, parts).says!;
  if (decision.code !== 'verdict') throw new Error(`decided ${decision.code}`);
  return decision;
}

it('a file on main without the commits of its branch closes its pull request', () => {
  const { outcomes, close } = decisionOn({ branch: null }, [merged]);
  expect(outcomes[0]!.apart).toBe(true);
  expect(close).toBe(true);
});

it.each<[string, Partial<Snapshot['pull']>]>([
  ['that main gets with the verdict', {}],
  ['that main has already', { branch: null, onMain: true }],
  ['of a pull request that GitHub shows as merged', { branch: null, state: 'merged' }],
])('the commits of a branch %s are not called missing', (_, pull) => {
  const { outcomes, close } = decisionOn(pull, [merged]);
  expect(outcomes[0]!.apart).toBe(false);
  expect(close).toBe(false);
});

it('the last verdict names the earlier versions that have one, and no other', () => {
  const heads = [
    head(),
    head({ oid: sha('1'), blob: sha('5'), overall: overall('verdict', { blob: sha('5') }) }),
    head({ oid: sha('2'), blob: sha('6'), overall: overall('measuring', { blob: sha('6') }) }),
    head({ oid: sha('3'), overall: overall('verdict', { blob: BLOB }) }), // the same file
    head({ oid: sha('4'), blob: sha('7') }),
  ];
  const beside: Part = { ...merged, result: resultOf({ track: 'small' }), consequence: 'closed' };
  const { outcomes } = decisionOn({ heads }, [beside, merged]);
  expect(outcomes.map(({ earlier }) => earlier.map(({ oid }) => oid))).toEqual([[], [sha('1')]]);
});
