import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/**
 * Version of the locked Python as the environment itself reports it, e.g. `3.11.2`. A stranger's program is not asked.
 * @throws SandboxError when it is not the minor version that the job asks for
 */
export function pythonVersion(
  repository: string,
  env: NodeJS.ProcessEnv,
  wanted: string | undefined,
): string | null {
  const { environment } = findPython(repository, env);
  const version = versionIn(readFileSync(join(environment, 'pyvenv.cfg'), 'utf8'));
  if (wanted !== undefined && !version?.startsWith(`${wanted}.`))
    throw new SandboxError(
      `The track is measured with Python ${wanted}. This machine has ${version ?? 'an unknown version'}. Make its environment again: node setup/bootstrap.mjs --only python`,
    );
  return version;
}

/** Version of a package of the locked environment, according to its folder; null when it is not part of the environment. */
export function packageVersion(environment: string, name: string): string | null {
  const library = join(environment, 'lib');
  const folders = readdirSync(library).filter((one) => one.startsWith('python3'));
  const found = folders
    .flatMap((one) => readdirSync(join(library, one, 'site-packages')))
    .flatMap((one) => new RegExp(`^${name}-(\\d[\\w.+]*)\\.dist-info$`).exec(one)?.[1] ?? []);
  return found[0] ?? null;
}

/** uv writes `version_info`, python -m venv `version`. */
function versionIn(config: string): string | null {
  return /^version(?:_info)? *= *(\d+\.\d+[\w.]*)/m.exec(config)?.[1] ?? null;
}
