import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pythonInterpreter } from '../../setup/paths.mjs';
import { SandboxError } from './sandbox.ts';

/** The locked Python environment on this machine. What it needs of the machine it says itself (needs.py). */
export interface Python {
  interpreter: string;
  /** The environment's own folder. */
  environment: string;
}

export function findPython(repository: string, env: NodeJS.ProcessEnv): Python {
  const interpreter = pythonInterpreter(repository, env);
  const environment = dirname(dirname(interpreter));
  if (!existsSync(interpreter)) {
    throw new SandboxError(
      `The Python environment ${environment} is missing. Make it: node setup/bootstrap.mjs --only python`,
    );
  }
  return { interpreter, environment };
}
