import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formerLayout } from './former-layout.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const { resolveId } = formerLayout(ROOT);

it.each([
  ['cases/content.test.ts', '../app/intake/content.ts'],
  ['cases/content.test.ts', '../app/intake/description.ts'],
  ['cases/stories/kit.ts', '../../app/server.ts'],
  ['cases/stories/kit.ts', '../../app/testing/stage.ts'],
  ['cases/stories/passing.test.ts', '../../app/testing/world.ts'],
  ['cases/stories/python-versions.test.ts', '../../app/testing/owners.ts'],
  ['app/stories/owners.attack.test.ts', '../testing/stage.ts'],
  ['agent/commands/agents.attack.test.ts', '../fixtures/clone.ts'],
  ['agent/commands/agents.attack.test.ts', '../program.ts'],
  ['bench/acceptance/attack.ts', '../../app/decide/acceptance/rule.ts'],
  ['runner/attack.test.ts', './weights.ts'],
  ['runner/attack.test.ts', './cli.ts'],
  ['runner/attack.test.ts', './sandbox/bubblewrap.ts'],
])('%s finds %s where it stands today', (importer, source) => {
  expect(existsSync(resolveId(source, `${ROOT}${importer}`) ?? '')).toBe(true);
});

it('leaves alone what stands where it is asked for, and what never was', () => {
  for (const source of ['./rules.ts', './nothing.ts', 'vitest'])
    expect(resolveId(source, `${ROOT}imports/rules.test.ts`)).toBe(null);
});
