import { expect, it } from 'vitest';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { commentOn, verdictOf } from '../../testing/snapshot/codes.ts';
import { snapshot } from '../../testing/snapshot/snapshot.ts';

it('what eight tracks have to say fits into a comment', () => {
  const log = `${'x'.repeat(79)}\n`.repeat(70);
  const runs = Array.from({ length: 60 }, (_, i) => run(2.5, { machine: 'm'.repeat(60), ordinal: i + 1 }));
  const authorText = { ...resultOf().authorText, log };
  const many = Array.from({ length: 8 }, (_, i) => resultOf({ track: `t${i}`, runs, authorText }));
  const decision = verdictOf(many.map((result) => ({ result, consequence: 'kept' })));
  const said = commentOn(snapshot(), decision, 't7');
  expect(said.length).toBeLessThan(65_536);
  for (const { track } of many) expect(said).toContain(`| \`${track}\` |`);
});
