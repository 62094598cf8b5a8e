import { expect, test } from 'vitest';
import { sha } from '../../../../testing/examples/names.ts';
import { queueEntry } from '../../../../testing/snapshot/snapshot.ts';
import { holdsOf } from './holds.ts';

test('what pull requests hold is what their checks say', () => {
  const overall = { blob: sha('9'), track: 'cpu', state: 'queued' } as const;
  const holds = [{ account: '#7', milli: 600_000 }];
  const queue = [
    queueEntry(1, { overall: { ...overall, holds } }),
    queueEntry(2),
    queueEntry(3, { overall: null }),
  ];
  expect(holdsOf(queue)).toEqual(holds);
});
