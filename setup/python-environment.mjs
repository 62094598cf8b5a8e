// The locked Python environment, made by uv; uv itself comes from the system, by pip, or straight from PyPI.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, pythonEnvironment } from './paths.mjs';
import { SetupError, step, withLock } from './step.mjs';

const UV_VERSION = '0.13.9';

/** @param {string} repository */
export async function installPython(repository) {
  const environment = pythonEnvironment(repository);
  const marker = join(environment, '.descent-ready');
  if (existsSync(marker)) return;
  await withLock(`${environment}.lock`, async () => {
    if (existsSync(marker)) return;
    const python = findPython();
    const uv = await findUv(python);
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
        python,
      ],
      {
        env: {
          ...process.env,
          UV_PROJECT_ENVIRONMENT: environment,
          UV_PYTHON_DOWNLOADS: 'never',
          VIRTUAL_ENV: undefined,
        },
        mend: 'Check that PyPI can be reached and 8 GB of disk are free, then run the same command again.',
      },
    );
    checkSeccomp(join(environment, 'bin', 'python'));
    writeFileSync(marker, '');
  });
}

/**
 * The sandbox filters system calls by the system's libseccomp, and refuses to measure without it: better said now.
 * @param {string} python
 */
function checkSeccomp(python) {
  if (process.platform !== 'linux') return;
  const { status } = spawnSync(python, ['-c', 'import pyseccomp'], { encoding: 'utf8' });
  if (status !== 0) throw new SetupError('libseccomp is missing.', 'sudo apt-get install -y libseccomp2');
}

/**
 * A Python of 3.11 or later. Started by root it must be one that the sandbox's ordinary user can read, so not under root's home.
 * @returns {string}
 */
function findPython() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
  const asRoot = process.getuid?.() === 0;
  for (const folder of folders) {
    for (const name of names) {
      const file = join(folder, name);
      if (!existsSync(file)) continue;
      const real = probe(file);
      if (real && (!asRoot || readableByAll(real))) return real;
    }
  }
  throw new SetupError(
    `No Python of 3.11 or later was found${asRoot ? ' that an ordinary user can read (the sandbox never runs as root)' : ''}.`,
    process.platform === 'darwin'
      ? 'brew install python@3.12'
      : `${asRoot ? '' : 'sudo '}apt-get install -y python3`,
  );
}

/**
 * The interpreter behind a name (shims of pyenv and the like are followed), or '' when it is too old or does not run.
 * @param {string} file
 */
function probe(file) {
  const script = 'import sys; print(sys.executable if sys.version_info >= (3, 11) else "")';
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
    mend: `Install uv yourself: ${process.platform === 'darwin' ? 'brew install uv' : 'pipx install uv'}`,
  });
  return [uv];
}
