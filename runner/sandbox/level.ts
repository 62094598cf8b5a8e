import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { SandboxError } from './sandbox.ts';

/**
 * Brings every file that a sandbox sees to the same state, so that no earlier one left it a note there (level.py says how).
 * On the machine, before the program's clock starts.
 * @param hidden folders in them that it does not see
 */
export function levelFiles(
  repository: string,
  interpreter: string,
  paths: string[],
  hidden: string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = join(repository, 'runner', 'sandbox', 'level.py');
    const child = execFile(interpreter, ['-I', '-S', script], { cwd: '/' }, (error, _, said) => {
      if (!error) return resolve();
      const last = said.trim().split('\n').at(-1) ?? '';
      reject(
        new SandboxError(`The files of the sandbox could not be read through: ${last || error.message}.`),
      );
    });
    child.stdin?.on('error', () => undefined); // it ended early: its status tells
    child.stdin?.end(`${paths.join('\n')}\n\n${hidden.join('\n')}`);
  });
}
