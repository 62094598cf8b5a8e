import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaderboard, record, stage } from '../fixtures/clone.ts';
import { blobId } from '../memory/source.ts';

const board = leaderboard({
  pull: 1,
  blob: blobId('merged'),
  valBpb: 1.9,
  title: '<b>Halve</b> the batch & go',
});

test('the page says by part of the file what worked, what could, and what did not', async () => {
  const { user } = await stage(
    [
      record(1, {
        verdict: 'improved',
        valBpb: 1.9,
        title: 'Halve the batch',
        change: 'BATCH_SIZE 64 -> 32',
      }),
      record(2, { verdict: 'inconclusive', valBpb: 1.99, change: 'muon momentum 0.95 -> 0.9' }),
      record(3, { verdict: 'regressed', valBpb: 2.4, change: 'muon momentum 0.95 -> 0.5' }),
      record(4, {
        verdict: 'crashed',
        valBpb: null,
        title: 'More heads',
        reason: { code: 'x', text: 'ping @nova <img>' },
      }),
    ],
    { leaderboard: board },
  );
  const { out } = await user.descent('digest');
  expect(out).toMatch(
    /## Optimizer \(1 inconclusive, 1 regressed\)\n\n- Could still.*\n {2}- #2 `muon momentum 0.95 -> 0.9`: -0.0100/,
  );
  expect(out).toContain('#1 `BATCH_SIZE 64 -> 32`: -0.1000');
  expect(out).toContain('#4 `More heads`: `ping @nova <img>`');
});

test('the page stays a page, however much was tried', async () => {
  const many = Array.from({ length: 150 }, (_, i) =>
    record(i + 1, {
      title: `${['batch', 'muon', 'rate', 'attention', 'layer', 'relu', 'dropout', 'init', 'data', 'compile'][i % 10]} ${'é'.repeat(200)}`,
      verdict: (['regressed', 'inconclusive', 'improved', 'crashed'] as const)[i % 4]!,
      reason: { code: 'x', text: 'ü'.repeat(300) },
    }),
  );
  const { user } = await stage(many);
  const { value } = await user.json('digest');
  expect(Buffer.byteLength(value.page)).toBeLessThanOrEqual(16 * 1024);
});

test('the plot shows every experiment once, and titles are text, not markup', async () => {
  const { clone, user } = await stage(
    Array.from({ length: 30 }, (_, i) => record(i + 1, { valBpb: 1.9 + (i % 5) / 10 })),
    { leaderboard: board },
  );
  const { value } = await user.json('digest', '--out', 'results');
  expect(value.files).toHaveLength(2);
  const svg = await readFile(join(clone, 'results/progress.svg'), 'utf8');
  expect(svg).toContain('#1 &lt;b&gt;Halve&lt;/b&gt; the batch &amp; go');
  expect(svg).not.toMatch(/<b>|NaN|undefined/);
});
