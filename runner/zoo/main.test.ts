import { createRequire } from 'node:module';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const zoo = (limit: string, ...args: string[]) =>
  execa(
    'bash',
    ['-c', `ulimit -n ${limit}; exec "$@"`, 'bash', process.execPath, require.resolve('./main.ts'), ...args],
    {
      reject: false,
    },
  );

test('what was seen is printed as JSON, though the honest repeats broke', { timeout: 180_000 }, async () => {
  // More files of claims than the system lets a program open; less than the sandbox sets it cannot be.
  const { stdout, exitCode } = await zoo('1100', '--only', 'child_goes_on', '--honest', '3000', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    cheaters: [{ name: 'child_goes_on', ok: true }],
    honest: { failed: expect.stringContaining('EMFILE') },
  });
});

test.each(['many', '0', '1.5'])('%s repeats are refused before anything is measured', async (runs) => {
  const { exitCode, stderr } = await zoo('1100', '--honest', runs);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('must be a whole number of at least 1');
});
