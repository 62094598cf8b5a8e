import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** A process that does nothing but run the command. */
function wrapped(script: string) {
  const module = JSON.stringify(join(ROOT, 'setup', 'run-command.mjs'));
  const code = `import { runCommand } from ${module};
process.exitCode = await runCommand(${JSON.stringify(ROOT)}, ['/bin/sh', '-c', ${JSON.stringify(script)}]);`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test.each(['TERM', 'HUP', 'USR2'] as const)(
  'SIG%s is meant for the command, which ends as it likes',
  async (name) => {
    const child = wrapped(`trap 'exit 7' ${name}; echo ready; while :; do sleep 0.05; done`);
    await once(child.stdout!, 'data');
    child.kill(`SIG${name}`);
    expect(await once(child, 'close')).toEqual([7, null]);
  },
);

test('SIGINT, which a terminal sends to both, is outlived until the command has ended', async () => {
  const child = wrapped('trap "" INT; echo ready; sleep 0.3; exit 5');
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([5, null]);
});
