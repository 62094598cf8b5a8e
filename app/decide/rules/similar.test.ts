import { describe, expect, it } from 'vitest';
import { config } from '../../../testing/examples/config.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { NOW, sha } from '../../../testing/examples/names.ts';
import { decided } from '../../../testing/snapshot/codes.ts';
import { head, overall } from '../../../testing/snapshot/head.ts';
import { queueEntry, snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { Similar } from '../../model/snapshot.ts';
import { plan } from '../plan.ts';
import { nextInLine } from './queue.ts';

const crashed: Similar = {
  kind: 'record',
  pull: 57,
  blob: sha('5'),
  track: 'cpu',
  verdict: 'crashed',
  valBpb: null,
  incumbentBpb: 2,
  title: 'Fewer heads @grace',
  reason: 'train.py ended with status 1',
  exception: 'AssertionError: heads must divide the width',
  decidedAt: '2026-11-20T00:00:00Z',
  part: 'diff',
  alike: 0.8,
};
/** One machine fewer than pull requests: another one runs, a younger one waits. */
const busy = { ...config, tracks: { cpu: { ...config.tracks.cpu!, capacity: 1 } } };

function planned(similar: Similar[], queue = [queueEntry(60, { createdAt: '2026-11-23T11:30:00Z' })]) {
  const at = snapshot({}, { similar, queue });
  return plan({ ...at, main: { ...at.main, config: { ok: true, value: busy } } });
}

describe('a pull request much like what was tried', () => {
  it('waits behind a younger pull request that is not', () => {
    const effects = planned([crashed]);
    expect(effects.map((one) => one.kind)).toEqual(['answer', 'look']);
    const [answer] = effects;
    expect(answer?.kind === 'answer' && decided(answer)).toMatchObject({
      ...{ state: 'later', conclusion: null },
      rules: { similar: 'waits-behind', turn: 'queued' },
    });
    expect(planned([]).map((one) => one.kind)).toContain('dispatch');
  });

  it('checks those that move ahead of it, once: no event would wake them', () => {
    const younger = queueEntry(60, { createdAt: '2026-11-23T11:30:00Z' });
    const fell = snapshot(
      { heads: [head({ overall: overall('queued') })] },
      { similar: [crashed], queue: [younger] },
    );
    const main = { ...fell.main, config: { ok: true as const, value: busy } };
    expect(plan({ ...fell, main }).at(-1)).toEqual({ kind: 'look', pulls: [60], incumbents: [] });
    const before = { ...fell, main, pull: { ...fell.pull, heads: [head({ overall: overall('later') })] } };
    expect(plan(before).some((one) => one.kind === 'look')).toBe(false);
  });

  it('is measured when no other waits, and keeps the warning in sight', () => {
    const effects = planned([crashed], []);
    expect(effects.map((one) => one.kind)).toEqual(['answer', 'dispatch']);
    expect(effects[0]).toMatchObject({ comment: { id: null } });
  });
});

it('the queue takes those like what was tried last, whatever their age', () => {
  const later = queueEntry(1, { overall: { blob: sha('9'), track: 'cpu', state: 'later' } });
  expect(
    nextInLine(null, { queue: [later, queueEntry(2)], lent: [], now: NOW }, { config: busy, board }, 'cpu'),
  ).toEqual([2]);
  expect(nextInLine(null, { queue: [later], lent: [], now: NOW }, { config: busy, board }, 'cpu')).toEqual([
    1,
  ]);
});
