import { join } from 'node:path';
import { execa } from 'execa';

/** The Python environment or the data set could not be made; the log above says why. */
class PrepareError extends Error {
  override name = 'PrepareError';
}

/**
 * Makes sure that the Python environment and the data set are there. If they are, it takes a moment.
 * @param env what it may see: never the action's token
 * @throws PrepareError
 */
export async function prepareMachine(
  workspace: string,
  dataset: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const bootstrap = join(workspace, 'setup', 'bootstrap.mjs');
  const result = await execa(process.execPath, [bootstrap, '--only', 'python', '--data', dataset], {
    cwd: workspace,
    env,
    extendEnv: false,
    stdio: ['ignore', 'inherit', 'inherit'],
    cancelSignal: signal,
    killDescendants: true, // uv and pip would go on
    forceKillAfterDelay: 500,
    reject: false,
  });
  signal.throwIfAborted();
  if (result.failed)
    throw new PrepareError(
      `The set-up for data set ${dataset} ended with ${result.exitCode ?? result.signal ?? result.shortMessage}; the lines above say why.`,
    );
}
