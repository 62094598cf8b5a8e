import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pythonInterpreter } from '../../setup/paths.mjs';
import { SandboxError } from './sandbox.ts';

/** The locked Python environment on this machine, and what of the machine it leans on. */
export interface Python {
  interpreter: string;
  /** The environment's own folder. */
  environment: string;
  /** Folder of the Python it was made from, which lies outside the environment. */
  base: string;
}

export function findPython(repository: string, env: NodeJS.ProcessEnv): Python {
  const interpreter = pythonInterpreter(repository, env);
  const environment = dirname(dirname(interpreter));
  if (!existsSync(interpreter)) {
    throw new SandboxError(
      `The Python environment ${environment} is missing. Make it: node setup/bootstrap.mjs --only python`,
    );
  }
  const home = /^home\s*=\s*(.+)$/m.exec(readFileSync(join(environment, 'pyvenv.cfg'), 'utf8'))?.[1];
  return {
    interpreter,
    environment,
    base: home ? dirname(realpathSync(home.trim())) : '/usr',
  };
}
