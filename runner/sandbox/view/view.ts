// What a program in bubblewrap sees, as arguments: the same for a job and for `descent doctor`, which tries it from inside.
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Program } from '../sandbox.ts';
import type { Needs } from './needs.ts';
import { procArguments } from './proc.ts';
import { refuseSecret, type Secrets } from './secrets.ts';

const MiB = 1024 ** 2;
const SYSTEM = ['/etc/alternatives', '/etc/ld.so.cache'];

/** Namespaces, privileges and files, without descriptors, variables and the command. @throws SandboxError for a secret */
export function boxArguments(
  program: Pick<Program, 'device' | 'memoryMiB' | 'readable'> & { scratch: string | null },
  needs: Needs,
  secrets: Secrets,
  env: NodeJS.ProcessEnv,
): string[] {
  const cuda = program.device === 'cuda';
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
    ...tmpfs('/', 1),
    ...procArguments(readdirSync('/proc', { withFileTypes: true }), program.device),
    ...['--dev', '/dev', ...(cuda ? devices() : [])],
    ...tmpfs('/dev/shm', Math.min(1024, program.memoryMiB / 4)),
    ...['--remount-ro', '/dev'],
    ...tmpfs('/tmp', 64),
    ...needed(needs, secrets),
    ...(cuda ? driverLibraries(env, secrets) : []),
    ...program.readable.flatMap((path) => ['--ro-bind', path, path]),
    ...(program.scratch === null ? [] : ['--bind', program.scratch, program.scratch]),
    ...['--remount-ro', '/', '--chdir', program.scratch ?? '/tmp'],
  ];
}

function tmpfs(path: string, sizeMiB: number): string[] {
  return ['--size', String(Math.floor(sizeMiB) * MiB), '--tmpfs', path];
}

/** What interpreter and torch need: folders before the files in them, links before what lies behind them. */
function needed({ shown, links, hidden }: Needs, secrets: Secrets): string[] {
  const outer = shown.filter(([, place]) => !shown.some(([, folder]) => place.startsWith(folder + sep)));
  const covered = (place: string) => outer.some(([, folder]) => place.startsWith(folder + sep));
  for (const path of [...outer.map(([source]) => source), ...SYSTEM])
    refuseSecret(path, secrets, 'the Python environment needs it. Keep the one apart from the other.');
  return [
    ...links
      .filter(([, place]) => !covered(place))
      .flatMap(([target, place]) => ['--symlink', target, place]),
    ...outer.flatMap(([source, place]) => ['--ro-bind', source, place]),
    ...hidden.flatMap((folder) => [
      ...['--perms', '0555', '--size', '4096', '--tmpfs', folder],
      ...['--remount-ro', folder],
    ]),
    ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
  ];
}

/** Device files of the NVIDIA driver. */
function devices(): string[] {
  const found = readdirSync('/dev').filter((name) => /^nvidia(\d+|ctl|-uvm|-caps)$/.test(name));
  return found.flatMap((name) => ['--dev-bind', join('/dev', name), join('/dev', name)]);
}

/** The driver's libraries that lie outside /usr: of each folder of LD_LIBRARY_PATH the libraries, and nothing else it may hold. */
function driverLibraries(env: NodeJS.ProcessEnv, secrets: Secrets): string[] {
  const folders = (env.LD_LIBRARY_PATH ?? '').split(':').filter((path) => path.startsWith(sep));
  return folders.filter(existsSync).flatMap((folder) => {
    refuseSecret(
      folder,
      secrets,
      'LD_LIBRARY_PATH names it. Take it out, or name the folder of the libraries.',
    );
    const libraries = readdirSync(folder).filter((name) => /\.so(\.\d+)*$/.test(name));
    return libraries.flatMap((name) => ['--ro-bind-try', join(folder, name), join(folder, name)]);
  });
}
