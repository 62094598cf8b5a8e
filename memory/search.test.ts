import { expect, test } from 'vitest';
import { record, stage } from '../testing/clone/clone.ts';

type Hits = { pull: number; nearMiss: boolean }[];

test('what could still be something is shown before what is settled', async () => {
  const { user } = await stage([
    record(1, { title: 'Halve the batch', hypothesis: 'More steps with a smaller batch.' }),
    record(2, {
      title: 'Halve the batch',
      hypothesis: 'More steps with a smaller batch.',
      verdict: 'inconclusive',
      valBpb: 1.99,
      reason: { code: 'undecided', text: 'A gain of up to 0.0210 bpb could still hide.' },
    }),
    record(3, { title: 'Longer rotary base', hypothesis: 'Far positions look alike.' }),
  ]);
  const { value } = await user.json('search', 'smaller', 'batch');
  expect((value.hits as Hits).map(({ pull, nearMiss }) => [pull, nearMiss])).toEqual([
    [2, true],
    [1, false],
  ]);
  expect((await user.descent('search', 'smaller batch')).out).toContain(
    'A gain of up to 0.0210 bpb could still hide.',
  );
});

test('diffs, logs, insights and parts of names are searched, and words meet their other forms', async () => {
  const { user } = await stage([
    record(1, {
      diff: '--- a\n+++ b\n@@ -1 +1 @@ def schedule(step):\n-WARMDOWN_RATIO = 0.5\n+WARMDOWN_RATIO = 0.7\n',
    }),
    record(2, { verdict: 'crashed', log: 'AssertionError: heads must divide width' }),
    record(3, {
      insights: [
        {
          untrusted: true,
          author: 'ada',
          at: '2026-11-10T00:00:00Z',
          text: 'Orthogonalising costs more than it gives.',
        },
      ],
    }),
  ]);
  const found = async (...words: string[]) =>
    ((await user.json('search', ...words)).value.hits as Hits).map((hit) => hit.pull);
  expect(await found('warmdown ratio')).toEqual([1]);
  expect(await found('WARMDOWN_RATIO')).toEqual([1]);
  expect(await found('schedules')).toEqual([1]);
  expect(await found('heads must divide')).toEqual([2]);
  expect(await found('orthogonalise')).toEqual([3]);
});

test('nothing a user types is a query language', async () => {
  const { user } = await stage([record(1, { hypothesis: 'near or not' })]);
  for (const words of [
    '"',
    '*',
    'NEAR(',
    'a AND',
    'title:x',
    '-- ;',
    "'; DROP TABLE words",
    '^x',
    '\u0000',
    '💥',
  ]) {
    expect((await user.json('search', '--', words)).status).toBe(0);
  }
  expect((await user.descent('search', '\u001b[2J')).out).not.toContain('\u001b');
});
