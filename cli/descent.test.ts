import { createRequire } from 'node:module';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

test('`descent` as npm installs it starts the command line', async () => {
  const said = await execa(process.execPath, [require.resolve('./descent.mjs'), '--help']);
  expect(said.stdout).toContain('Usage: npx --no descent');
}, 60_000);
