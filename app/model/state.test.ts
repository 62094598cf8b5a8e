import { expect, it } from 'vitest';
import { jobOf } from '../../testing/examples/job.ts';
import { sha } from '../../testing/examples/names.ts';
import { facts, runState } from '../../testing/snapshot/head.ts';
import {
  decodeMemory,
  decodeOverall,
  decodeRun,
  encodeMemory,
  encodeOverall,
  encodeRun,
  TEXT_LIMIT,
} from './state.ts';

it('a key says whose it is', () => {
  const { key } = runState({ kind: 'pending' });
  expect(decodeRun(encodeRun(key))).toEqual({ pull: 41, key });
  const ofNobody = { ...key, pull: null };
  expect(decodeRun(encodeRun(ofNobody))).toEqual({ pull: null, key: ofNobody });
  const state = { blob: sha('b'), track: 'cpu', state: 'queued' } as const;
  const kept = [
    state,
    { ...state, content: sha('c') },
    { ...state, holds: [{ account: '#7', milli: 600_000 }] },
    {
      ...state,
      content: sha('c'),
      holds: [
        { account: '#7', milli: 1 },
        { account: '@a-b_c', milli: 2 },
      ],
      start: 0,
    },
    { ...state, start: 12 },
  ];
  for (const key of kept) expect(decodeOverall(encodeOverall(41, key))).toEqual({ pull: 41, key });
  for (const held of ['#7', '#7=', '#7=0', '#7=1e99', '#7=1+commons=5', '#7=1.5', '=5'])
    expect(decodeOverall(`${encodeOverall(41, state)}::${held}`), held).toBeNull();
});

it('a key of an older bot is read, and names no pull request', () => {
  const { key } = runState({ kind: 'pending' });
  const old = encodeRun(key).replace('d2:run:41:', 'd1:run:');
  expect(decodeRun(old)).toEqual({ pull: undefined, key: { ...key, pull: null } });
  expect(decodeOverall(`d1:overall:${sha('b')}:cpu:queued`)).toMatchObject({ pull: undefined });
  expect(decodeRun('d3:run:41')).toBeNull();
});

it('the longest words, log and curve fit into a check run', () => {
  const { memory } = runState({ kind: 'pending' });
  const many = '`'.repeat(4000);
  const text = encodeMemory({
    ...memory,
    job: jobOf(),
    words: {
      untrusted: true,
      title: many.slice(0, 300),
      hypothesis: many,
      change: many.slice(0, 1000),
      expect: null,
      buildsOn: [],
      agent: null,
    },
    facts: facts(null, {
      log: '\u0001'.repeat(6000),
      curve: Array.from({ length: 200 }, (_, step) => ({ step, seconds: step / 7, loss: 1 / (step + 3) })),
    }),
  });
  expect(text.length).toBeLessThanOrEqual(TEXT_LIMIT);
  expect(decodeMemory(text)?.words?.hypothesis).toBe(many);
});
