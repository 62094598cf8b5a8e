import { describe, expect, it } from 'vitest';
import { config } from '../../../testing/examples/config.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { NOW } from '../../../testing/examples/names.ts';
import { runState } from '../../../testing/snapshot/head.ts';
import { queueEntry } from '../../../testing/snapshot/snapshot.ts';
import type { QueueEntry } from '../../model/snapshot.ts';
import { nextInLine, sparePlaces, turnOf } from './queue.ts';

// The track `cpu` has two places, and three pull requests of an author are in line.
const wide = { ...config, tracks: { cpu: { ...config.tracks.cpu!, capacity: 9 } } };

const at = (queue: QueueEntry[]) => ({ queue, lent: [], now: NOW });
const of = (given: typeof config) => ({ config: given, board });
const waiting = (pull: number, change: Partial<QueueEntry> = {}) => queueEntry(pull, change);
const inState = (
  pull: number,
  state: NonNullable<QueueEntry['overall']>['state'],
  change: Partial<QueueEntry> = {},
) => queueEntry(pull, { overall: { blob: '9'.repeat(40), track: 'cpu', state }, ...change });
const run = runState({ kind: 'pending' }).key;
const running = (pull: number, runs: number, confirming = 0) =>
  inState(pull, 'measuring', { running: Array(runs).fill(run), confirming });
const line = (queue: QueueEntry[]) => nextInLine(null, at(queue), of(wide), 'cpu');

describe('who is in line, and in which order', () => {
  it('what is being measured, then what waits for its first run, then what is like an earlier try; the oldest first', () => {
    const at = (second: number) => ({ createdAt: `2026-11-23T10:00:0${second}Z` });
    const queue = [
      inState(1, 'later', at(1)),
      inState(2, 'queued', at(4)),
      inState(5, 'queued', at(3)),
      inState(4, 'queued', at(3)),
      inState(6, 'measuring', at(5)),
    ];
    expect(line(queue)).toEqual([6, 4, 5, 2, 1]);
  });

  it('no draft, nothing of another track, and nothing that is decided or waits for owners', () => {
    const elsewhere = { overall: { blob: '9'.repeat(40), track: 'h100', state: 'queued' as const } };
    const queue = [
      waiting(1, { draft: true }),
      waiting(2, elsewhere),
      inState(3, 'verdict'),
      inState(4, 'waiting'),
    ];
    expect(line([...queue, waiting(5, { overall: null }), waiting(6)])).toEqual([6]);
  });

  it('nothing whose runs are out, unless a round of confirmation is not complete', () => {
    expect(line([running(1, 1), running(2, 0), running(3, 2, 2), running(4, 4, 4)])).toEqual([2, 3]);
  });

  it('so many of an author, the oldest; the others wait for these', () => {
    const mine = [4, 3, 2, 1].map((pull) => waiting(pull, { author: 'nova' }));
    expect(line([...mine, waiting(9)])).toEqual([1, 2, 3, 9]);
    expect(turnOf(mine[0]!, at(mine), of(wide), 'cpu')).toEqual({ places: 0, before: 3, held: true });
  });
});

describe('how many places there are', () => {
  it('as many as the track has and no run of it takes', () => {
    const other = { ...run, track: 'h100' };
    const queue = [running(1, 1), inState(2, 'measuring', { running: [other, other] })];
    expect(turnOf(waiting(5), at(queue), of(config), 'cpu')).toEqual({ places: 1, before: 0, held: false });
    expect(turnOf(waiting(5), at([running(1, 5)]), of(config), 'cpu').places).toBe(0);
    expect(turnOf(waiting(5), at([]), of(config), 'tpu').places).toBe(0);
  });

  it('less one for each that comes before', () => {
    const queue = [waiting(1), waiting(2), waiting(5), waiting(6)];
    expect(turnOf(waiting(2), at(queue), of(config), 'cpu')).toEqual({ places: 1, before: 1, held: false });
    expect(turnOf(waiting(5), at(queue), of(config), 'cpu')).toEqual({ places: 0, before: 2, held: false });
  });

  it('for one that asks, as it stands now, whatever the queue says of it', () => {
    const self = running(5, 1);
    expect(turnOf(self, at([waiting(5, { draft: true })]), of(config), 'cpu')).toEqual({
      places: 1,
      before: 0,
      held: false,
    });
  });

  it('what nobody in line wants is spare', () => {
    expect(sparePlaces([], of(config), 'cpu')).toBe(2);
    expect(sparePlaces([waiting(1)], of(config), 'cpu')).toBe(1);
    expect(sparePlaces([running(1, 1)], of(config), 'cpu')).toBe(1);
    expect(sparePlaces([waiting(1), waiting(2), waiting(3)], of(config), 'cpu')).toBe(0);
  });
});

describe('who goes when a pull request is done', () => {
  it('as many as have a place now', () => {
    const queue = [running(1, 2), waiting(2), waiting(3), waiting(4)];
    expect(nextInLine(null, at(queue), of(config), 'cpu')).toEqual([]);
    expect(nextInLine(1, at(queue), of(config), 'cpu')).toEqual([2, 3]);
    expect(nextInLine(null, at([running(1, 5), waiting(2)]), of(config), 'cpu')).toEqual([]);
  });

  it('where a new owner came, those of the track that waited for one, before all others', () => {
    const elsewhere = { overall: { blob: '9'.repeat(40), track: 'h100', state: 'waiting' as const } };
    const queue = [waiting(1), inState(2, 'waiting'), waiting(3, elsewhere)];
    expect(nextInLine(null, at(queue), of(config), 'cpu', true)).toEqual([2, 1]);
    expect(nextInLine(null, at(queue), of(config), 'cpu')).toEqual([1]);
  });
});
