import { expect, it } from 'vitest';
import { count } from './plural.ts';

it('one of a thing has no s, none or several have one', () => {
  expect([0, 1, 2].map((n) => count(n, 'run'))).toEqual(['0 runs', '1 run', '2 runs']);
});
