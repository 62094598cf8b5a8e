import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pythonEnvironment } from '../../../setup/paths.mjs';
import type { Shown } from './box.ts';
import { linksIn } from './links.ts';

const repository = join(import.meta.dirname, '../../..');
const program = require.resolve('../testing/in-box.ts');
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const isRoot = process.getuid?.() === 0;
/** A user that has nothing. */
const NOBODY = 64_998;

/** As the owner has it: a home with a key, and a job's folders. */
function machine(user: number | null): { shown: Shown; home: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'descent-box-'));
  made.push(folder);
  const at = (name: string) => join(folder, name);
  const [home, hidden, job] = [at('home'), at('home/cache/lend'), at('home/cache/lend/jobs/1')];
  for (const one of ['runner', 'tmp', 'words']) mkdirSync(join(job, one), { recursive: true });
  writeFileSync(join(home, 'key'), 'secret');
  writeFileSync(join(hidden, 'note'), 'secret');
  // An owner may keep parts of the cache elsewhere: links lead out of it.
  symlinkSync(pythonEnvironment(repository), join(home, 'cache', basename(pythonEnvironment(repository))));
  chmodSync(folder, 0o711);
  if (user !== null) execFileSync('chown', ['-R', `${user}:${user}`, folder]);
  const shown = {
    cache: join(home, 'cache'),
    hidden,
    linked: linksIn(join(home, 'cache')).flatMap(({ real }) => real ?? []),
    temporary: join(job, 'tmp'),
    writable: ['runner', 'tmp', 'words'].map((one) => join(job, one)),
    readable: [],
    start: join(job, 'runner'),
  };
  return { shown, home, folder };
}

function inBox(user: number | null, shown: Shown, script: string, change: Partial<Shown> = {}): string {
  const args = [program, JSON.stringify({ ...shown, ...change }), 'sh', '-c', script];
  return execFileSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', DESCENT_CACHE: shown.cache, GH_TOKEN: 'token-123' },
    ...(user !== null && { uid: user, gid: user }),
  }).trim();
}

const users: [string, number | null][] = isRoot
  ? [
      ['root', null],
      ['an ordinary user', NOBODY],
    ]
  : [['an ordinary user', null]];

describe.each(users)('in the box of %s', (_, user) => {
  test("no home, no folder of others, no socket and no token is there, and the client's own folder is empty", () => {
    const { shown, home } = machine(user);
    const places = [
      '/root',
      '/home',
      homedir(),
      join(home, 'key'),
      '/run/docker.sock',
      '/run/user',
      '/run/dbus',
      '/srv',
      '/mnt',
      repository,
    ];
    const script = `
for place in ${places.join(' ')}; do [ -e "$place" ] && echo "$place"; done
ls ${shown.hidden}; env | grep -c token-123
ls ${shown.cache}`;
    expect(inBox(user, shown, script).split('\n')).toEqual([
      'jobs',
      '0',
      'lend',
      basename(pythonEnvironment(repository)),
    ]);
  });

  test('what the client compiles for itself is not there', () => {
    const { shown } = machine(user);
    const cli = join(repository, 'cli/main.ts');
    execFileSync(process.execPath, [cli, '--help'], {
      env: { PATH: '/usr/bin', DESCENT_CACHE: shown.cache },
    });
    expect(readdirSync(shown.hidden)).toContain('compiled');
    expect(inBox(user, shown, `find ${shown.cache} ${shown.hidden} -name '*compiled*'`)).toBe('');
  });

  test('only its own folders and the cache can be written', () => {
    const { shown } = machine(user);
    const script = `
for place in / /usr /etc /sys ${shown.hidden}/.. ${shown.writable.join(' ')} /tmp; do
  if touch "$place/made" 2> /dev/null; then echo "$place"; fi
done; true`;
    const said = inBox(user, shown, script).split('\n');
    // Its root and what the box covers are of its own, and gone with it.
    expect(said.filter((place) => place !== '/')).toEqual([`${shown.hidden}/..`, ...shown.writable, '/tmp']);
    expect(existsSync(join(shown.cache, 'made'))).toBe(true);
    expect(existsSync(join(shown.hidden, 'made'))).toBe(false);
    expect(existsSync('/made')).toBe(false);
  });

  test('the network and the names of hosts are there, and /proc', () => {
    const { shown } = machine(user);
    const script =
      'cat /proc/net/dev | wc -l; cat /etc/hosts | wc -l; ls /proc/self/exe > /dev/null && echo proc';
    const lines = readFileSync('/proc/net/dev', 'utf8').split('\n').length - 1;
    expect(inBox(user, shown, script).split('\n')).toEqual([String(lines), expect.any(String), 'proc']);
  });

  test("a stranger's sandbox of runner/ works inside", { timeout: 60_000 }, () => {
    const { shown } = machine(user);
    const code = join(shown.start, 'try.ts');
    writeFileSync(
      code,
      `import { makeWorkFolder } from '${repository}/runner/folder.ts';
      import { openSandbox } from '${repository}/runner/sandbox/choose.ts';
      import { asOwner } from '${repository}/runner/sandbox/owner.ts';
      const env = { ...process.env, DESCENT_CACHE: '${shown.cache}', HOME: '${shown.temporary}' };
      const folder = await makeWorkFolder('${shown.temporary}', asOwner());
      const sandbox = await openSandbox({ kind: 'bubblewrap', repository: '${repository}', env }, folder);
      const child = await sandbox.start({ args: ['-c', 'import os; print(os.getuid(), os.getpid())'], readable: [],
        scratch: await folder.scratch('s'), device: 'cpu', memoryMiB: 512, fileBytes: 1024, cpuSeconds: 9 });
      child.log[0].pipe(process.stdout);
      child.log[1].resume();
      child.answers.resume();
      await child.exit;
      await folder.remove();`,
    );
    if (user !== null) chownSync(code, user, user);
    for (const folder of [
      shown.hidden,
      join(shown.hidden, 'jobs'),
      join(shown.hidden, 'jobs/1'),
      shown.temporary,
    ])
      chmodSync(folder, 0o711);
    // The harness lies in the work folder of a real job. Here it is shown where it is.
    const readable = [repository, process.execPath];
    expect(inBox(user, shown, `${process.execPath} ${code}`, { readable })).toBe('65534 1');
  });
});

test.skipIf(!isRoot)("an ordinary user's other programs are closed to what runs in the box", async () => {
  const { shown, folder, home } = machine(NOBODY);
  // A program of the owner's, with a token in its environment and a file open that nobody else may read.
  const key = openSync(join(home, 'key'), 'r');
  const own = spawn('sleep', ['60'], {
    env: { GH_TOKEN: 'token-123' },
    uid: NOBODY,
    gid: NOBODY,
    cwd: folder,
    stdio: [key, 'ignore', 'ignore'],
  });
  try {
    const tries = `
cat /proc/${own.pid}/environ > /dev/null 2>&1 && echo variables
ls /proc/${own.pid}/root/ > /dev/null 2>&1 && echo root
ls /proc/${own.pid}/cwd/ > /dev/null 2>&1 && echo folder
cat /proc/${own.pid}/fd/0 > /dev/null 2>&1 && echo files
( : < /proc/${own.pid}/mem ) 2> /dev/null && echo memory
true`;
    const outside = execFileSync('sh', ['-c', tries], { uid: NOBODY, gid: NOBODY, encoding: 'utf8' });
    expect(outside.trim().split('\n')).toEqual(['variables', 'root', 'folder', 'files', 'memory']);
    expect(inBox(NOBODY, shown, tries)).toBe('');
  } finally {
    closeSync(key);
    own.kill('SIGKILL');
  }
});

test('where no sandbox can be made inside, it says so', () => {
  const { shown } = machine(null);
  expect(() => inBox(null, shown, 'true', { temporary: '/nowhere' })).toThrow(/nowhere/);
  expect(readdirSync(shown.start)).toEqual([]);
});
