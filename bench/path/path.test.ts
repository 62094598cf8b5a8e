import { expect, test } from 'vitest';
import { followPull } from './follow-pull.ts';

test('a file counts once a function of it ran: deciding on the way to the dispatch, merging after it', async () => {
  const { dispatched, merged } = await followPull();
  expect([...dispatched.keys()]).toEqual(
    expect.arrayContaining(['app/intake/from-webhook.ts', 'app/decide/plan.ts', 'app/effects/dispatch.ts']),
  );
  expect(dispatched.has('app/decide/conclude/merge.ts')).toBe(false); // imported, like all of decide
  expect(merged.has('app/decide/conclude/merge.ts')).toBe(true);
  expect(merged.has('memory/main.ts')).toBe(true); // a process that the bot starts
  for (const file of dispatched.keys()) expect(merged.has(file), file).toBe(true);
}, 120_000);
