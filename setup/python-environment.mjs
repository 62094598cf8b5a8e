// The locked Python environment, made by uv; uv itself comes from the system, by pip, or straight from PyPI.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, pythonEnvironment } from './paths.mjs';
import { SetupError, step, withLock } from './step.mjs';

const UV_VERSION = '0.13.9';

/** @param {string} repository */
export async function installPython(repository) {
  const environment = pythonEnvironment(repository);
  const marker = join(environment, '.descent-ready');
  const wanted = wantedPython(repository);
  const isReady = () => existsSync(marker) && has(environment, wanted);
  if (isReady()) return;
  await withLock(`${environment}.lock`, async () => {
    if (isReady()) return;
    const own = findPython(wanted);
    const uv = await findUv(own ?? findPython(null) ?? noPython());
    // Below the cache, where the sandbox's user can read it.
    const env = { ...process.env, UV_PYTHON_INSTALL_DIR: join(cacheFolder(), 'pythons') };
    if (own === null && wanted !== null)
      await step(
        `Python ${wanted}, which the tracks ask for`,
        [...uv, 'python', 'install', '--no-bin', wanted],
        {
          env,
          remedy: `The system has no Python ${wanted}, and uv could not fetch it from ${mirror()}. Nothing of it was kept. Install python${wanted}, or set UV_PYTHON_INSTALL_MIRROR to a server that has it; then run the same command again.`,
        },
      );
    await step(
      'Python environment with PyTorch (5 GB, one to five minutes)',
      [
        ...uv,
        'sync',
        '--project',
        join(repository, 'train'),
        '--frozen',
        '--compile-bytecode',
        '--python',
        ...(own === null && wanted !== null ? [wanted, '--managed-python'] : [own ?? noPython()]),
      ],
      {
        env: {
          ...env,
          UV_PROJECT_ENVIRONMENT: environment,
          UV_PYTHON_DOWNLOADS: 'never',
          VIRTUAL_ENV: undefined,
        },
        remedy: 'Check that PyPI can be reached and 8 GB of disk are free, then run the same command again.',
      },
    );
    checkSeccomp(join(environment, 'bin', 'python'));
    writeFileSync(marker, '');
  });
}

/** Where uv fetches Pythons from. */
function mirror() {
  return process.env.UV_PYTHON_INSTALL_MIRROR || 'github.com/astral-sh/python-build-standalone';
}

/**
 * The sandbox filters system calls with the system's libseccomp, and does not measure without it. So check it now.
 * @param {string} python
 */
function checkSeccomp(python) {
  if (process.platform !== 'linux') return;
  const { status } = spawnSync(python, ['-c', 'import pyseccomp'], { encoding: 'utf8' });
  if (status !== 0) throw new SetupError('libseccomp is missing.', 'sudo apt-get install -y libseccomp2');
}

/**
 * The Python that the tracks name; null when none does. All tracks share the environment, so the first that names one decides.
 * @param {string} repository
 */
function wantedPython(repository) {
  const config = join(repository, '.github', 'descent.yml');
  if (!existsSync(config)) return null;
  return /^ +python: *['"](3\.\d+)['"]/m.exec(readFileSync(config, 'utf8'))?.[1] ?? null;
}

/**
 * @param {string} environment
 * @param {string | null} wanted
 */
function has(environment, wanted) {
  const config = join(environment, 'pyvenv.cfg');
  return (
    wanted === null ||
    (existsSync(config) &&
      new RegExp(`^version(_info)? *= *${wanted.replace('.', '\\.')}\\.`, 'm').test(
        readFileSync(config, 'utf8'),
      ))
  );
}

/**
 * The system's Python of this minor version, or of 3.11 and later. For root it must be one that the sandbox's ordinary user can
 * read, so not under root's home. Null when there is none.
 * @param {string | null} wanted
 * @returns {string | null}
 */
function findPython(wanted) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const names = wanted
    ? [`python${wanted}`, 'python3']
    : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
  const asRoot = process.getuid?.() === 0;
  for (const folder of folders) {
    for (const name of names) {
      const file = join(folder, name);
      if (!existsSync(file)) continue;
      const real = probe(file, wanted);
      if (real && (!asRoot || readableByAll(real))) return real;
    }
  }
  return null;
}

/** @returns {never} */
function noPython() {
  const asRoot = process.getuid?.() === 0;
  throw new SetupError(
    `No Python of 3.11 or later was found${asRoot ? ' that an ordinary user can read (the sandbox never runs as root)' : ''}.`,
    process.platform === 'darwin'
      ? 'brew install python@3.12'
      : `${asRoot ? '' : 'sudo '}apt-get install -y python3`,
  );
}

/**
 * The interpreter behind a name (shims such as pyenv's are followed), or '' when its version is wrong or it does not run.
 * @param {string} file
 * @param {string | null} wanted
 */
function probe(file, wanted) {
  const fits = wanted
    ? `sys.version_info[:2] == (${wanted.replace('.', ', ')})`
    : 'sys.version_info >= (3, 11)';
  const script = `import sys; print(sys.executable if ${fits} else "")`;
  const { status, stdout } = spawnSync(file, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/** @param {string} file */
function readableByAll(file) {
  let path = realpathSync(file);
  if (!(statSync(path).mode & 0o005)) return false;
  while (path !== dirname(path)) {
    path = dirname(path);
    if (!(statSync(path).mode & 0o001)) return false;
  }
  return true;
}

/**
 * @param {string} python
 * @returns {Promise<string[]>} the command that runs uv
 */
export async function findUv(python) {
  if (spawnSync('uv', ['--version']).status === 0) return ['uv'];
  const folder = join(cacheFolder(), 'tools', `uv-${UV_VERSION}`);
  const uv = join(folder, 'bin', 'uv');
  if (existsSync(uv)) return [uv];
  const pip = ['python3', python].find((file) => spawnSync(file, ['-m', 'pip', '--version']).status === 0);
  const install = pip
    ? [
        pip,
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--target',
        folder,
        `uv==${UV_VERSION}`,
      ]
    : [python, join(dirname(fileURLToPath(import.meta.url)), 'fetch_uv.py'), UV_VERSION, folder];
  await step(`uv ${UV_VERSION}`, install, {
    remedy: `Install uv yourself: ${process.platform === 'darwin' ? 'brew install uv' : 'pipx install uv'}`,
  });
  return [uv];
}
