// bubblewrap: Linux namespaces made by an ordinary user, no daemon, 20 ms to start.
//
// Covered, each by a test in bubblewrap.test.ts that tries it from inside:
//   network: an empty network namespace; sockets but unix and internet refused by seccomp
//   files: only /usr, the Python environment and what the program is given, all read-only; one scratch folder to write
//   secrets: empty environment (also /proc/1/environ), no descriptor but 0 to 3, no home, no /etc but two harmless entries
//   privilege: never root outside (64999 when root starts it), no capability, no new user namespace, /proc/sys read-only
//   leftovers: the first process is number 1 of a process namespace: when it ends or is killed, all end
//   greed: processes, file size, memory of a process, processor time, /dev/shm, /tmp and /; memory of all and free disk by
//     the watchdog (watchdog.test.ts, ../score/model-server.test.ts)
//   between jobs: nothing of one is there for the next (../between-jobs.test.ts)
//   kernel surface: a seccomp filter; without libseccomp nothing is measured, unless DESCENT_SECCOMP=optional
// Not covered: a hole in the kernel or in the GPU driver, whose devices a CUDA job holds; processor and memory bandwidth
//   taken from neighbours; timing; devices of a GPU, which no test here holds. Where that matters, put the machine in a
//   virtual machine or choose docker with gVisor.
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { sandboxEnvironment } from './environment.ts';
import { limitCommand } from './limits.ts';
import { asOwner } from './owner.ts';
import type { Python } from './python.ts';
import type { Program, Sandbox } from './sandbox.ts';
import { spawnChild } from './spawn.ts';

const MiB = 1024 ** 2;

interface Bubblewrap {
  bwrap: string;
  python: Python;
  /** launch.py where the sandbox's user can read it. */
  launcher: string;
  /** The seccomp program, or null where the owner goes without. */
  filter: string | null;
  env: NodeJS.ProcessEnv;
}

export function bubblewrap(parts: Bubblewrap): Sandbox {
  const { bwrap, python, launcher, filter, env } = parts;
  const owner = asOwner();
  return {
    kind: 'bubblewrap',
    owner,
    start(program) {
      const inside = [...limitCommand(program, availableParallelism()), python.interpreter, ...program.args];
      const box = bubblewrapArguments(program, python, env, filter !== null);
      return spawnChild(
        python.interpreter,
        ['-I', '-S', launcher, filter ?? '', bwrap, ...box, '--', ...inside],
        {
          owner,
          env: {},
          account: true,
          answersOnOutput: false,
        },
      );
    },
  };
}

function bubblewrapArguments(
  program: Program,
  python: Python,
  env: NodeJS.ProcessEnv,
  filter: boolean,
): string[] {
  const visible = [...program.readable, python.environment];
  if (!python.base.startsWith('/usr')) visible.push(python.base);
  return [
    ...[
      '--unshare-user',
      '--unshare-ipc',
      '--unshare-pid',
      '--unshare-net',
      '--unshare-uts',
      '--unshare-cgroup',
    ],
    ...['--disable-userns', '--as-pid-1', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534', '--hostname', 'descent'],
    ...['--json-status-fd', '4', ...(filter ? ['--seccomp', '5'] : [])],
    ...[
      '--clearenv',
      ...Object.entries(sandboxEnvironment(program, env)).flatMap(([k, v]) => ['--setenv', k, v]),
    ],
    ...tmpfs('/', 1),
    ...system(),
    ...['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys'],
    ...['--dev', '/dev', ...(program.device === 'cuda' ? gpu(env) : [])],
    ...tmpfs('/dev/shm', Math.min(1024, program.memoryMiB / 4)),
    ...['--remount-ro', '/dev'],
    ...tmpfs('/tmp', 64),
    ...visible.flatMap((path) => ['--ro-bind', path, path]),
    ...['--bind', program.scratch, program.scratch],
    ...['--remount-ro', '/', '--chdir', program.scratch],
  ];
}

function tmpfs(path: string, sizeMiB: number): string[] {
  return ['--size', String(Math.floor(sizeMiB) * MiB), '--tmpfs', path];
}

/** Programs and libraries of the machine, and of /etc what the dynamic linker and PyTorch read. */
function system(): string[] {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    const path = `/${name}`;
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) args.push('--symlink', readlinkSync(path), path);
    else if (found) args.push('--ro-bind', path, path);
  }
  for (const path of ['/etc/alternatives', '/etc/ld.so.cache']) args.push('--ro-bind-try', path, path);
  return args;
}

/** Device files of the NVIDIA driver, and the folders of its libraries that lie outside /usr. */
function gpu(env: NodeJS.ProcessEnv): string[] {
  const devices = readdirSync('/dev').filter((name) => /^nvidia(\d+|ctl|-uvm|-caps)$/.test(name));
  const libraries = (env.LD_LIBRARY_PATH ?? '')
    .split(':')
    .filter(
      (path) =>
        path.startsWith('/') && !path.startsWith('/usr/') && path !== dirname(path) && existsSync(path),
    );
  return [
    ...devices.flatMap((name) => ['--dev-bind', join('/dev', name), join('/dev', name)]),
    ...libraries.flatMap((path) => ['--ro-bind', path, path]),
  ];
}
