import { expect, test } from 'vitest';
import { createHonesty } from '../../testing/honesty.ts';
import { acceptGh, ghVersion } from './accept.ts';

const gh = await ghVersion();

// CI installs gh; elsewhere `apt-get install gh` makes this run.
test.skipIf(gh === null)(
  `gh ${gh ?? '(not installed: skipped)'} works over TLS, verb by verb`,
  { timeout: 240_000 },
  async () => {
    const honesty = createHonesty();
    const results = await acceptGh({ observe: honesty.observe });
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(honesty.violations).toEqual([]);
    expect(honesty.checked()).toBeGreaterThan(20);
    expect(results.length).toBeGreaterThan(40);
  },
);
