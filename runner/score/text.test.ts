import { expect, test } from 'vitest';
import { jobOf } from '../../testing/examples/job.ts';
import type { Dataset } from '../dataset.ts';
import { bitsPerByte } from './bits.ts';
import { drawRows, heldoutRows, rowsToScore } from './text.ts';

const dataset = {
  name: 'words',
  sequenceLength: 10,
  rowCount: { validation: 30, heldout: 50, reserve: 1 },
} as Dataset;
const scoring = (validationTokens: number) => jobOf({ validationTokens, stage: 'confirm' });

test('as many whole rows are scored as the tokens of the job fill', () => {
  expect([10, 19, 20, 300].map((tokens) => rowsToScore(scoring(tokens), dataset))).toEqual([1, 1, 2, 30]);
});

test.each([9, 310])('a job of %i tokens is refused, with what the data set has', (tokens) => {
  expect(() => rowsToScore(scoring(tokens), dataset)).toThrow('give 10 to 300');
});

test('held-out rows are drawn from the nonce: the same on every machine, others in every run', () => {
  const job = scoring(200);
  const drawn = heldoutRows(job, dataset);
  expect(heldoutRows(job, dataset)).toEqual(drawn);
  expect(heldoutRows({ ...job, nonce: 'f'.repeat(32) }, dataset)).not.toEqual(drawn);
  expect(new Set(drawn).size).toBe(20);
  for (const row of drawn) expect(row >= 0 && row < 50).toBe(true);
  expect(heldoutRows({ ...job, stage: 'explore' }, dataset)).toEqual([]);
});

test('where there are fewer held-out rows, all of them are scored', () => {
  const few = { ...dataset, rowCount: { ...dataset.rowCount, heldout: 3 } };
  expect(heldoutRows(scoring(200), few).toSorted()).toEqual([0, 1, 2]);
});

test('held-out rows lie among the others, so that their place tells nothing', () => {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const rows = drawRows(scoring(200), dataset, random);
  const of = (part: string, some = rows) => some.filter((one) => one.part === part).map(({ row }) => row);
  expect(of('validation').toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(of('heldout').toSorted()).toEqual(heldoutRows(scoring(200), dataset).toSorted());
  for (const half of [rows.slice(0, 20), rows.slice(20)])
    expect(of('heldout', half).length).toBeGreaterThan(4);
});

test('a loss is in bits per byte of text', () => {
  expect(bitsPerByte({ nats: Math.LN2 * 6, bytes: 4 })).toBe(1.5);
});
