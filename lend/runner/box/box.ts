// The box around GitHub's runner: bubblewrap, as the owner's own user. A stranger's file is not confined by it, but by the sandbox
// that runner/ makes inside it. The box bounds what the swarm's own code, its set-up and GitHub's runner see of the machine.
//
// Covered, each by a test in box.test.ts that tries it from inside:
//   files: the system's programs and settings read-only, the job's own folders and our cache writable; no home, no other user's
//     folder, no /tmp, no /run with its sockets (a container engine, the desktop's bus, an agent of keys)
//   secrets: no variable but those that environment.ts names; where an ordinary user lends, the variables, files and memory of the
//     owner's other processes are closed as well, since the box is a user namespace of its own
//   leftovers: what is started in it can be told from everything else (job-processes.ts)
// Not covered: the network; processor and memory; signals to the owner's own processes; sockets without a file (X may have one).
// /proc is the machine's own, so that the sandbox inside can make its own, and GPU programs can be told apart. Where root lends,
// /proc leads out of the box: lend as an ordinary user.
import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';

/** What the box shows beside the system. Every path shows under its own name. */
export interface Shown {
  /** The cache, and the folder in it that is the client's own business. */
  cache: string;
  hidden: string;
  /** Where links in the cache lead that no job made. */
  linked: string[];
  /** The job's folder of temporary files, which is also /tmp. */
  temporary: string;
  writable: string[];
  readable: string[];
  /** Where the first program starts. */
  start: string;
}

const SYSTEM = ['/usr', '/etc', '/nix/store', '/gnu/store', '/sys', '/opt/cuda'];
const MERGED = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** Of /run what programs need to find names, libraries and the GPU's driver. */
const RUN = [
  '/run/current-system',
  '/run/opengl-driver',
  '/run/nvidia-persistenced',
  '/run/systemd/resolve',
  '/run/resolvconf',
];

/** Arguments of bubblewrap up to the command. */
export function boxArguments(shown: Shown): string[] {
  const writable = [shown.cache, ...shown.linked, ...shown.writable];
  const bound = [...SYSTEM, ...RUN, ...nameServers(), ...writable, ...shown.readable];
  return [
    ...['--die-with-parent', '--new-session', '--unshare-ipc', '--unshare-uts'],
    ...['--bind', shown.temporary, '/tmp'],
    ...parents(bound).flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...[...SYSTEM, ...RUN, ...nameServers()].flatMap((path) => ['--ro-bind-try', path, path]),
    ...MERGED.flatMap(merged),
    ...['--bind', '/proc', '/proc', '--bind-try', '/sys/fs/cgroup', '/sys/fs/cgroup'],
    ...['--dev', '/dev', ...devices()],
    ...shown.readable.flatMap((path) => ['--ro-bind', path, path]),
    ...shown.linked.flatMap((path) => ['--bind', path, path]),
    ...['--bind', shown.cache, shown.cache, '--perms', '0755', '--tmpfs', shown.hidden],
    ...parents(shown.writable)
      .filter((folder) => folder.startsWith(shown.hidden + sep))
      .flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...shown.writable.flatMap((path) => ['--bind', path, path]),
    ...['--chdir', shown.start],
  ];
}

/** Why a box does not work here; null when it does. A sandbox is made inside it, as a job will do: bubblewrap must be shown there. */
export async function tryBox(bwrap: string, shown: Shown): Promise<string | null> {
  const inner = [
    bwrap,
    '--unshare-user',
    '--unshare-pid',
    '--unshare-net',
    '--ro-bind',
    '/',
    '/',
    '--proc',
    '/proc',
  ];
  try {
    await promisify(execFile)(bwrap, [...boxArguments(shown), '--', ...inner, '/bin/sh', '-c', ':'], {
      env: { PATH: '/usr/bin:/bin' },
      timeout: 10_000,
    });
    return null;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return (stderr || message).trim().split('\n').at(-1) ?? message;
  }
}

/** What NVIDIA's driver made. */
function devices(): string[] {
  const found = readdirSync('/dev').filter((name) =>
    /^nvidia(\d+|ctl|-uvm|-uvm-tools|-caps|-modeset)$/.test(name),
  );
  return found.flatMap((name) => ['--dev-bind', join('/dev', name), join('/dev', name)]);
}

/** A link into /usr, or a folder of its own on older systems. */
function merged(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** /etc/resolv.conf is often a link to a file elsewhere. */
function nameServers(): string[] {
  const file = '/etc/resolv.conf';
  if (!existsSync(file)) return [];
  const real = realpathSync(file);
  return real.startsWith('/etc/') ? [] : [real];
}

/** The folders that lead to paths, outermost first. bubblewrap would close those that it makes itself to other users. */
function parents(paths: string[]): string[] {
  const found = new Set<string>();
  for (const path of paths)
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) found.add(folder);
  return [...found].sort((a, b) => a.length - b.length);
}
