import { expect, test } from 'vitest';
import { refereeMemory } from './memory.ts';

test('both passes over 20 million tokens leave the referee below 200 MiB', { timeout: 120_000 }, () => {
  const { mebibytes, tokens, probes } = refereeMemory();
  expect(tokens).toBeGreaterThan(20e6);
  expect(probes).toBe(2000);
  expect(mebibytes).toBeLessThan(200);
});
