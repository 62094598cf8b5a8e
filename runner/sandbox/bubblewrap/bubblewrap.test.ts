import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkFolder, type WorkFolder } from '../../folder.ts';
import { LogTail } from '../../log-tail.ts';
import { openSandbox } from '../choose.ts';
import { asOwner } from '../owner.ts';
import { findPython } from '../python.ts';
import type { Child, Program, Sandbox } from '../sandbox.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

let folder: WorkFolder;
let sandbox: Sandbox;
let scratches = 0;

beforeAll(async () => {
  folder = await makeWorkFolder(tmpdir(), asOwner());
  sandbox = await openSandbox({ kind: 'bubblewrap', repository, env: process.env }, folder);
});
afterAll(() => folder.remove());

async function program(code: string, change: Partial<Program> = {}): Promise<Program> {
  const scratch = await folder.scratch(`scratch-${scratches++}`);
  return {
    args: ['-c', code],
    readable: [],
    scratch,
    device: 'cpu',
    memoryMiB: 512,
    fileBytes: 1024 ** 2,
    cpuSeconds: 20,
    ...change,
  };
}

/** Runs Python inside and gives what it printed, and how it ended. */
async function inside(
  code: string,
  change: Partial<Program> = {},
): Promise<{ said: string; status: number }> {
  const { child, tail } = await begin(code, change);
  child.orders.end();
  const { status } = await child.exit;
  return { said: tail.text().trim(), status };
}

async function begin(code: string, change: Partial<Program> = {}): Promise<{ child: Child; tail: LogTail }> {
  const child = await sandbox.start(await program(code, change));
  const tail = new LogTail();
  tail.follow(child.log);
  child.answers.resume();
  return { child, tail };
}

/** Python that tries something and prints the name of the error it got, or `done`. */
const attempt = (action: string) => `
try:
    ${action}
    print('done')
except Exception as error:
    print(type(error).__name__, getattr(error, 'errno', ''))
`;

describe('from inside the bubblewrap sandbox', () => {
  test('the program works: it reads what it is given, writes its scratch folder and runs a program from there', async () => {
    const given = await folder.place('given.txt', 'hello');
    const { said, status } = await inside(
      `
import os, shutil, subprocess
open('note', 'w').write(open('${given}').read())
shutil.copy('/usr/bin/prlimit', 'own')
print(open('note').read(), subprocess.run(['./own'], stdout=subprocess.DEVNULL).returncode, os.getcwd() == os.environ['HOME'], os.getpid())
`,
      { readable: [given] },
    );
    expect(said).toBe('hello 0 True 1');
    expect(status).toBe(0);
  });

  test('it has no rights: not root, no capability, cannot become more', async () => {
    const { said } = await inside(`
import os
print(os.getuid(), os.getgid(), os.getgroups())
print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp:'))])
${attempt('os.setuid(0)')}`);
    expect(said.split('\n')).toEqual([
      expect.stringMatching(/^65534 65534 \[[65534, ]*\]$/),
      // five capability sets, NoNewPrivs, Seccomp in filter mode
      expect.stringMatching(/^\[('0000000000000000', ){5}'1', '2'\]$/),
      'OSError 22', // user 0 does not exist here
    ]);
  });

  test('there is no network: not loopback of the host, not the world, not odd socket families', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { said } = await inside(`
import socket
${attempt(`socket.create_connection(('127.0.0.1', ${port}), 2)`)}
${attempt("socket.create_connection(('1.1.1.1', 53), 2)")}
${attempt('socket.socket(40, socket.SOCK_STREAM)')}
${attempt('socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)')}
print(open('/proc/net/dev').read().count(':'))`);
    server.close();
    expect(said.split('\n')).toEqual([
      'ConnectionRefusedError 111',
      'OSError 101',
      'OSError 97',
      'OSError 97',
      '1',
    ]);
  });

  test('files of the host cannot be seen, nor written', async () => {
    const secret = join(mkdtempSync(join(tmpdir(), 'descent-test-')), 'secret');
    // The folders that lead to the Python environment may lie in the home: what else is there must not be seen.
    const atHome = join(mkdtempSync(join(homedir(), '.descent-test-')), 'secret');
    for (const file of [secret, atHome]) writeFileSync(file, 'secret', { mode: 0o644 });
    const { said } = await inside(`
import os
${attempt(`open('${secret}').read()`)}
${attempt(`open('${atHome}').read()`)}
${attempt("open('/etc/passwd').read()")}
${attempt(`os.listdir('${folder.path}/private')`)}
print(sorted(os.listdir('/etc')))
${attempt("open('/made', 'w')")}
${attempt("open('/usr/made', 'w')")}
${attempt("open('/dev/made', 'w')")}
${attempt("open('/proc/sys/kernel/core_pattern', 'w')")}
${attempt("open('/proc/sys/kernel/hostname', 'w')")}
${attempt("open('/proc/sysrq-trigger', 'w')")}`);
    for (const file of [secret, atHome]) execFileSync('rm', ['-r', join(file, '..')]);
    const lines = said.split('\n');
    expect(lines.slice(0, 4)).toEqual(Array(4).fill('FileNotFoundError 2'));
    expect(lines[4]).toMatch(/^\['alternatives', 'ld\.so\.cache'\]$/);
    for (const line of lines.slice(5))
      expect(line).toMatch(/^(OSError 30|PermissionError 13?|FileNotFoundError 2)$/);
    expect(lines).toHaveLength(11);
  });

  test('what it may read it cannot change', async () => {
    const given = await folder.place('fixed.txt', 'fixed');
    const { said } = await inside(
      `
import os, sys
${attempt(`open('${given}', 'w')`)}
${attempt(`os.chmod('${given}', 0o777)`)}
${attempt(`os.rename('${given}', 'x')`)}
${attempt(`open(os.path.dirname(os.__file__) + '/made.py', 'w')`)}
${attempt(`open(os.path.dirname(sys.executable) + '/made', 'w')`)}`,
      { readable: [given] },
    );
    for (const line of said.split('\n')) expect(line).toMatch(/^(OSError|PermissionError)/);
    expect(readFileSync(given, 'utf8')).toBe('fixed');
  });

  test('no variable of the caller arrives, by whatever door', async () => {
    process.env.DESCENT_TEST_SECRET = 'token-123';
    const { said } = await inside(`
import glob, os
print(sorted(os.environ))
for path in glob.glob('/proc/[0-9]*/environ'):
    print('token-123' in open(path).read())`);
    delete process.env.DESCENT_TEST_SECRET;
    expect(said).not.toContain('DESCENT_TEST_SECRET');
    expect(said.split('\n').slice(1)).toEqual(['False']);
  });

  test('no descriptor arrives but 0 to 3, even one that the referee itself inherited', async () => {
    // bash leaves descriptor 251 open to node, as shells do; node passes it on.
    const script = `
      import { test } from 'node:test';
      import { makeWorkFolder } from '${repository}/runner/folder.ts';
      import { openSandbox } from '${repository}/runner/sandbox/choose.ts';
      import { asOwner } from '${repository}/runner/sandbox/owner.ts';
      const folder = await makeWorkFolder('${tmpdir()}', asOwner());
      const sandbox = await openSandbox({ kind: 'bubblewrap', repository: '${repository}', env: process.env }, folder);
      const child = await sandbox.start({ args: ['-c', 'import os; print(sorted(int(n) for n in os.listdir("/proc/self/fd")))'],
        readable: [], scratch: await folder.scratch('s'), device: 'cpu', memoryMiB: 512, fileBytes: 1024, cpuSeconds: 9 });
      child.log[0].pipe(process.stdout);
      child.log[1].resume();
      child.answers.resume();
      await child.exit;
      await folder.remove();`;
    const said = execFileSync(
      'bash',
      ['-c', `exec 251<package.json; exec "$0" --input-type=module -e "$1"`, process.execPath, script],
      {
        cwd: repository,
        encoding: 'utf8',
      },
    );
    expect(said.trim()).toBe('[0, 1, 2, 3, 4]'); // 4 is the listing itself
  });

  test('no new namespaces, no mounts, no tracing', async () => {
    const { said } = await inside(`
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for flags in (0x10000000, 0x20000, 0x20000000, 0x40000000):
    print(libc.unshare(flags), ctypes.get_errno())
print(libc.mount(b'x', b'/tmp', b'tmpfs', 0, None), libc.ptrace(0, 0, 0, 0))
print(libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) if os.uname().machine == 'x86_64' else -1)
print(libc.prctl(1, 0))`);
    expect(said.split('\n')).toEqual(['-1 1', '-1 1', '-1 1', '-1 1', '-1 -1', '-1', '-1']);
  });

  test('a fork bomb stops at a few hundred processes', async () => {
    const { said } = await inside(`
import os, time
n = 0
try:
    while n < 5000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        n += 1
except OSError as error:
    print(error.errno, 100 < n < 1000)`);
    expect(said).toBe('11 True');
  });

  test('files, memory, /dev/shm and /tmp end at their limits', async () => {
    const { said } = await inside(`
import os
def fill(path):
    n = 0
    with open(path, 'wb', buffering=0) as file:
        try:
            while n < 4096:
                file.write(bytes(1024 * 1024)); n += 1
        except OSError as error:
            return error.errno, n
    return 'endless', n
print(*fill('big'))
os.truncate('big', 0)
${attempt("os.truncate('big', 50 * 2**30)")}
${attempt('bytearray(600 * 2**20)')}
print(os.statvfs('/dev/shm').f_blocks * 4096 // 2**20, os.statvfs('/tmp').f_blocks * 4096 // 2**20, os.statvfs('/').f_blocks * 4096 // 2**20)`);
    expect(said.split('\n')).toEqual(['27 1', 'OSError 27', 'MemoryError ', '128 64 1']);
  });

  test('processor time ends at its limit, a second line behind the clock', async () => {
    expect((await inside('while True: pass', { cpuSeconds: 1 })).status).toBe(137);
  });

  test('no notes pass through the page cache: a sandbox can neither read nor change what is in it', async () => {
    const { said } = await inside(`
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
${attempt("os.posix_fadvise(os.open('/usr/bin/prlimit', os.O_RDONLY), 0, 0, os.POSIX_FADV_DONTNEED)")}
print(libc.mincore(0, 4096, ctypes.create_string_buffer(1)), ctypes.get_errno())`);
    expect(said.split('\n')).toEqual(['PermissionError 1', '-1 1']);
  });

  test('what the kernel keeps of a shared file can be neither read nor changed; every lock succeeds', async () => {
    const { said } = await inside(`
import fcntl, mmap, os, struct, sys
file = os.open(sys.executable, os.O_RDONLY)
page = mmap.mmap(file, 4096, prot=mmap.PROT_READ)
${attempt('os.preadv(file, [bytearray(1)], 0, os.RWF_NOWAIT)')}
${[1024, 1025, 1026, 1035, 1036, 1037, 1038].map((call) => attempt(`fcntl.fcntl(file, ${call}, struct.pack('Q', 1))`)).join('')}
${[3, 20, 21].map((advice) => attempt(`page.madvise(${advice})`)).join('')}
${attempt("os.memfd_create('notes')")}
${attempt('fcntl.flock(file, fcntl.LOCK_EX)')}
${attempt("open('/proc/vmstat').read()")}`);
    expect(said.split('\n')).toEqual([
      'OSError 95',
      ...Array(7).fill('OSError 22'),
      ...Array(3).fill('PermissionError 1'),
      'OSError 38',
      'done',
      'PermissionError 13',
    ]);
  });

  test('it gets as many processors as its threads, and two at once get different ones', async () => {
    const code = `
import os, sys, time
os.sched_setaffinity(0, range(os.sysconf('SC_NPROCESSORS_CONF')))
print(sorted(os.sched_getaffinity(0)), flush=True)
sys.stdin.read()`;
    const both = [await begin(code, { threads: 1 }), await begin(code, { threads: 1 })];
    while (both.some(({ tail }) => !tail.text().includes(']'))) await sleep(20);
    const processors = both.map(({ tail }) => tail.text().trim());
    for (const { child } of both) {
      child.orders.end();
      await child.exit;
    }
    for (const said of processors) expect(said).toMatch(/^\[\d+\]$/);
    if (availableParallelism() > 1) expect(processors[0]).not.toBe(processors[1]);
  });

  test('a page that one sandbox read, or did not, is there for the next either way', async () => {
    const given = await folder.place('cold.bin', Buffer.alloc(512 * 4096, 1));
    // Clean and dropped: as a cold library is before anybody reads it. One sandbox after another counts the pages it had to wait for.
    const drop = `import os, sys; f = os.open('${given}', os.O_RDONLY); os.fsync(f); os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)`;
    const python = findPython(repository, process.env).interpreter;
    execFileSync(python, ['-c', drop]);
    const count = `
import mmap, os, resource
file = mmap.mmap(os.open('${given}', os.O_RDONLY), 0, prot=mmap.PROT_READ)
file.madvise(mmap.MADV_RANDOM)
before = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
for page in range(0, 512, 7): file[page * 4096]
print(resource.getrusage(resource.RUSAGE_SELF).ru_majflt - before)`;
    expect((await inside(count, { readable: [given] })).said).toBe('0');
  });

  test('a child that leaves its session does not outlive the program', async () => {
    const { said } = await inside(`
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('alive', 'w').write('x')
        while True: time.sleep(0.1)
    os._exit(0)
while not os.path.exists('alive'): time.sleep(0.01)
print('leaving')`);
    expect(said).toBe('leaving');
    expect(processesNaming('alive')).toEqual([]);
  });

  test('killed, nothing is left, though the program refuses every signal and has children', async () => {
    const mark = `mark-${process.pid}-${Date.now()}`;
    const { child, tail } = await begin(`
import ctypes, os, signal, time
mark = '${mark}'
for n in range(1, 32):
    if n not in (9, 17, 19): signal.signal(n, signal.SIG_IGN)
ctypes.CDLL(None).prctl(1, 0)
for _ in range(5):
    if os.fork() == 0: os.setsid()
print('up', flush=True)
time.sleep(600)`);
    while (!tail.text().includes('up')) await sleep(20);
    expect(processesNaming(mark).length).toBeGreaterThan(5);
    child.kill();
    expect((await child.exit).status).toBe(137);
    expect(processesNaming(mark)).toEqual([]);
  });

  test('when the referee itself is killed, the sandbox goes with it', async () => {
    const mark = `mark-${process.pid}-${Date.now()}`;
    const script = `
      import { makeWorkFolder } from '${repository}/runner/folder.ts';
      import { openSandbox } from '${repository}/runner/sandbox/choose.ts';
      import { asOwner } from '${repository}/runner/sandbox/owner.ts';
      const folder = await makeWorkFolder('${folder.path}/private', asOwner());
      const sandbox = await openSandbox({ kind: 'bubblewrap', repository: '${repository}', env: process.env }, folder);
      const child = await sandbox.start({ args: ['-c', 'mark="${mark}"; print("up", flush=True); import time; time.sleep(600)'],
        readable: [], scratch: await folder.scratch('s'), device: 'cpu', memoryMiB: 512, fileBytes: 1024, cpuSeconds: 9 });
      child.log[0].pipe(process.stdout);`;
    // The sandbox's user must be able to pass through the folder above.
    execFileSync('chmod', ['711', join(folder.path, 'private')]);
    const referee = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => referee.stdout.once('data', resolve));
    referee.kill('SIGKILL');
    for (let tries = 0; processesNaming(mark).length > 0 && tries < 200; tries++) await sleep(20);
    expect(processesNaming(mark)).toEqual([]);
  });

  test('a tree deeper than a path can name, and folders closed to their owner, are removed', async () => {
    const other = await makeWorkFolder(tmpdir(), asOwner());
    const scratch = await other.scratch('deep');
    const child = await sandbox.start({
      ...(await program('')),
      args: [
        '-c',
        `
import os
for _ in range(3000):
    os.mkdir('d' * 100); os.chdir('d' * 100)
os.chmod('.', 0)
os.chdir(os.environ['HOME']); os.mkdir('closed', 0)`,
      ],
      scratch,
    });
    for (const stream of [...child.log, child.answers]) stream.resume();
    await child.exit;
    expect(statSync(join(scratch, 'closed')).isDirectory()).toBe(true);
    await other.remove();
    expect(existsSync(other.path)).toBe(false);
  });

  test('a sandbox that cannot be made is the machine’s failure, and says so', async () => {
    const child = await sandbox.start(await program('', { readable: ['/no/such/file'] }));
    for (const stream of [...child.log, child.answers]) stream.resume();
    await expect(child.exit).rejects.toThrow(/sandbox could not be made .*\/no\/such\/file/);
  });
});

function processesNaming(word: string): number[] {
  const found = execFileSync(
    'bash',
    ['-c', `grep -lsa -- "$0" /proc/[0-9]*/cmdline | grep -v "/$$/" || true`, word],
    {
      encoding: 'utf8',
    },
  );
  const pids = found.match(/\d+/g) ?? [];
  return pids.map(Number).filter((pid) => pid !== process.pid && !commandOf(pid).startsWith('grep'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return 'grep'; // gone meanwhile
  }
}
