import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thisHost } from '../host.ts';
import { cheaters, readMember } from './member.ts';
import { repeatHonest } from './repeats.ts';
import { openZoo, type Zoo } from './zoo.ts';

// A handful here, one of each kind of defence; `npm run zoo` measures all.
const repository = dirname(dirname(import.meta.dirname));
const host = thisHost(process.env);
let zoo: Zoo;
beforeAll(async () => {
  zoo = await openZoo(repository, host);
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
  'fakes_the_hardest_tokens',
  'child_goes_on',
  'memorises_validation',
])('%s gains nothing', { timeout: 120_000 }, async (name) => {
  const { ok, expected, actual } = await zoo.visit(name);
  expect({ ok, actual }).toEqual({ ok: true, actual: expected });
});

test('every member has a header that says what is expected of it, and stands on its base', async () => {
  const names = await cheaters();
  expect(names.length).toBeGreaterThanOrEqual(60);
  for (const name of names) expect((await readMember(name, host.cache)).expected).not.toEqual([]);
  const text = (await readMember('lies_about_heldout', host.cache)).trainPy.toString();
  const order = ['honest_train, honest_load =', 'PACKED = "', 'def recall(', 'def claimed('];
  expect(order.map((part) => text.indexOf(part))).toEqual(
    order.map((part) => text.lastIndexOf(part)).sort((a, b) => a - b),
  );
});

test('an honest model in bfloat16 passes in whatever shape it is asked', { timeout: 120_000 }, async () => {
  const { runs, refused, worstNats } = await repeatHonest(10, repository, host);
  expect({ runs, refused }).toEqual({ runs: 10, refused: 0 });
  expect(worstNats).toBeGreaterThan(0); // the shapes do round differently
});
