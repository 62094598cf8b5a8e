import { execFile } from 'node:child_process';
import { SandboxError } from './sandbox.ts';

/**
 * Brings every file that a sandbox sees to the same state, so that no earlier sandbox can leave a note there (level.py says how).
 * It runs on the machine, before the program's clock starts.
 * @param command that runs level.py where these files are seen
 * @param hidden folders in them that the sandbox does not see
 */
export function levelFiles(
  command: string[],
  paths: string[],
  hidden: string[],
  { env = process.env, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = command;
    const child = execFile(file, args, { cwd: '/', env, signal, killSignal: 'SIGKILL' }, (error, _, said) => {
      if (signal?.aborted) return reject(signal.reason);
      if (!error) return resolve();
      const last = said.trim().split('\n').at(-1) ?? '';
      reject(
        new SandboxError(`The files of the sandbox could not be read through: ${last || error.message}.`),
      );
    });
    child.stdin?.on('error', () => undefined); // it ended early: its status says why
    child.stdin?.end(`${paths.join('\n')}\n\n${hidden.join('\n')}`);
  });
}
