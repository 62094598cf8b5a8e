import { expect, test } from 'vitest';
import { progressLines } from './progress.ts';

test('a run of minutes is a handful of lines', () => {
  const lines: string[] = [];
  const tell = progressLines((line) => lines.push(line));
  tell({ stage: 'setup' });
  tell({ stage: 'train', seconds: 3, budgetSeconds: 60, step: null, loss: null });
  for (let s = 4; s < 60; s++)
    tell({ stage: 'train', seconds: s, budgetSeconds: 60, step: s * 10, loss: 5 - s / 30 });
  for (let done = 0; done <= 4; done++) tell({ stage: 'claims', done, of: 4 });
  expect(lines).toEqual([
    'making the sandbox',
    'training: 3 of 60 s',
    'training: 13 of 60 s, step 130, loss 4.5667',
    'training: 23 of 60 s, step 230, loss 4.2333',
    'training: 33 of 60 s, step 330, loss 3.9000',
    'training: 43 of 60 s, step 430, loss 3.5667',
    'training: 53 of 60 s, step 530, loss 3.2333',
    'claims: 0 of 4',
    'claims: 4 of 4',
  ]);
});
