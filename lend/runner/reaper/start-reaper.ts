import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Starts the process that ends a job should this client be killed. @returns what ends it, once the job is over */
export function startReaper(env: NodeJS.ProcessEnv): () => void {
  const child = spawn(process.execPath, [require.resolve('./main.ts')], {
    env,
    detached: true, // a Ctrl-C at the terminal is not meant for it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined); // then what is left is removed at the next start
  child.stdin.on('error', () => undefined); // it has ended: nobody writes to it
  child.unref();
  return () => void child.kill('SIGKILL');
}
