import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thisHost } from '../host.ts';
import { members, openZoo, readMember, type Zoo } from './zoo.ts';

// A handful here, one of each kind of defence; `npm run zoo` measures all.
let zoo: Zoo;
beforeAll(async () => {
  zoo = await openZoo(dirname(dirname(import.meta.dirname)), thisHost(process.env));
}, 120_000);
afterAll(() => zoo.close());

test('the honest file is scored, at what a bigram table is worth', () => {
  expect(zoo.honest.outcome).toBe('scored');
  expect(zoo.honest.valBpb).toBeGreaterThan(2.5);
  expect(zoo.honest.valBpb).toBeLessThan(5);
});

test.each([
  'looks_ahead_when_it_looks_real',
  'remembers_what_it_was_shown',
  'shifts_every_claim',
  'fakes_the_hardest_tokens',
  'reads_validation',
  'child_goes_on',
])('%s gains nothing', { timeout: 120_000 }, async (name) => {
  const { ok, expected, actual } = await zoo.visit(name);
  expect({ ok, actual }).toEqual({ ok: true, actual: expected });
});

test('every member says what is expected of it', async () => {
  const known = ['true loss', 'invalid', 'crashed', 'timeout', 'out-of-memory'];
  for (const name of await members()) {
    for (const outcome of (await readMember(name)).expected) expect(known).toContain(outcome);
  }
});
