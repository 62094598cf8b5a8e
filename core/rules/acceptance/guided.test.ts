import { expect, it } from 'vitest';
import { guidanceOf } from './guided.ts';
import type { Case, MeasuredRun } from './rule.ts';

const run = (owner: string, more: Partial<MeasuredRun> = {}): MeasuredRun => ({
  ...{ stage: 'confirm', seed: 1, owner, machine: `${owner}.desk`, valBpb: 1, guided: true },
  ...more,
});
const given = (incumbent: MeasuredRun[]): Case => ({
  ...{ author: 'nova', candidate: [], incumbent, others: [], fewOwners: 'wait' },
  prior: { sigma: 0.001, degrees: 8 },
});

it("the author's own machine does not vouch for the author's file, unless there is no other owner", () => {
  const runs = [run('ada'), run('nova')];
  const seen = guidanceOf(given([run('ada'), run('nova')]), runs, false);
  expect(seen).toMatchObject({ enough: false, tooFew: ['ada'] });
  expect(guidanceOf(given([run('nova')]), [run('nova')], true)).toMatchObject({ enough: true, tooFew: null });
});

it('an owner whose run was unguided is able again after measuring the incumbent, not by having done so before', () => {
  const blind = run('bell', { guided: false, at: '2026-01-02T00:00:00Z' });
  const able = (at: string) =>
    guidanceOf(given([run('ada'), run('bell', { at })]), [run('ada'), blind], false).unable;
  expect(able('2026-01-01T00:00:00Z')).toEqual(['bell']);
  expect(able('2026-01-02T00:00:00Z')).toEqual(['bell']);
  expect(able('2026-01-03T00:00:00Z')).toEqual([]);
});
