import { expect, it } from 'vitest';
import { heldoutNonce, trainingSeconds } from './job.ts';

it('training ends earlier by what loading may take, which is never more than a sixth of the budget', () => {
  expect(trainingSeconds({ budgetSeconds: 300, loadSeconds: 10 })).toBe(290);
  expect(trainingSeconds({ budgetSeconds: 30, loadSeconds: 10 })).toBe(25);
});

it('held-out rows decide nothing before a confirmation, so that the first runs draw none', () => {
  const drawnFrom = (stage: Parameters<typeof heldoutNonce>[0]['stage']) =>
    heldoutNonce({ stage, nonce: 'its own', rescore: undefined });
  expect(drawnFrom('confirm')).toBe('its own');
  expect(drawnFrom('baseline')).toBe('its own');
  expect(drawnFrom('explore')).toBeUndefined();
  expect(drawnFrom('audit')).toBeUndefined();
});

it('a second scoring draws the rows of the first, and none where the first drew none', () => {
  const file = { sha256: 'a'.repeat(64), bytes: 1 };
  const first = { runId: 1, artifact: 2, archive: file, weights: file, claims: file };
  const drawnFrom = (heldout?: string) =>
    heldoutNonce({ stage: 'confirm', nonce: 'its own', rescore: { ...first, ...(heldout && { heldout }) } });
  expect(drawnFrom('the first run’s')).toBe('the first run’s');
  expect(drawnFrom()).toBeUndefined();
});
