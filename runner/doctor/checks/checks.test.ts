import { describe, expect, test } from 'vitest';
import { BWRAP, CONFINED, type Machine, machine, plan, TRIAL } from '../../../testing/machines.ts';
import type { Check } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { bubblewrap } from './bubblewrap.ts';
import { cache } from './cache.ts';
import { cgroups } from './cgroups.ts';
import { clock } from './clock.ts';
import { confinement } from './confinement.ts';
import { containerRuntime } from './container-runtime.ts';
import { containers } from './containers.ts';
import { data } from './data.ts';
import { disk } from './disk.ts';
import { gpu } from './gpu.ts';
import { gpuToolkit } from './gpu-toolkit.ts';
import { kernel } from './kernel.ts';
import { memory } from './memory.ts';
import { python } from './python.ts';
import { seccomp } from './seccomp.ts';
import { user } from './user.ts';
import { userNamespaces } from './user-namespaces.ts';
import { workFolder } from './work-folder.ts';

const cuda: Partial<Plan> = { device: 'cuda' };
const docker: Partial<Plan> = { sandbox: 'docker', device: 'cuda' };
const podman: Partial<Plan> = { sandbox: 'podman' };
const SMI = 'nvidia-smi --query-gpu';
const H100 = { stdout: 'NVIDIA H100 80GB HBM3, 580.95.05, 81559 MiB\n' };
const NVIDIA = { '/dev': ['nvidia0', 'nvidiactl', 'nvidia-uvm'] };
const dockerInfo = (info: object) => ({
  'docker info': {
    stdout: JSON.stringify({
      ServerVersion: '28.2',
      MemoryLimit: true,
      PidsLimit: true,
      SecurityOptions: [],
      ...info,
    }),
  },
});
const asRoot = (u: string, groups: string) => ({
  'as 64999: /usr/bin/id -u': { stdout: u },
  'as 64999: /usr/bin/id -G': { stdout: groups },
});
const ctk = (version: string) => ({
  'nvidia-ctk --version': { stdout: `NVIDIA Container Toolkit CLI version ${version}\n` },
});
const runc = (version: string) => ({ 'runc --version': { stdout: `runc version ${version}\ncommit: v1\n` } });
const inside = (line: string) => ({
  [TRIAL]: {
    stdout: CONFINED.replace(new RegExp(`^${line.split(' ')[0]} .*$`, 'm'), line),
  },
});

/** check, what is different about the machine, expected status, words it says, plan. */
const cases: [Check, string, Machine, string, string, Partial<Plan>?][] = [
  [
    user,
    'root that becomes the sandbox user',
    { uid: 0, programs: asRoot('64999', '64999') },
    'warn',
    'run as user 64999',
  ],
  [user, 'root that stays root', { uid: 0, programs: asRoot('0', '0') }, 'fail', 'cannot become'],
  [
    user,
    'root that keeps a group',
    { uid: 0, programs: asRoot('64999', '64999 0') },
    'fail',
    'cannot become',
  ],
  [
    ...([
      user,
      'root, and 64999 is an account',
      { uid: 0, programs: asRoot('64999', '64999'), files: { '/etc/passwd': 'x:x:64999:1::/:/bin/sh' } },
    ] as const),
    ...(['fail', "somebody's account"] as const),
  ],
  [user, 'a member of docker', { programs: { 'id -Gn': { stdout: 'ada docker' } } }, 'warn', 'docker'],
  [kernel, 'Linux 3.10', { files: { '/proc/sys/kernel/osrelease': '3.10.0-1160.el7' } }, 'fail', '3.10.0'],
  [
    kernel,
    'Linux 5.4',
    { files: { '/proc/sys/kernel/osrelease': '5.4.0-200-generic' } },
    'warn',
    'no longer',
  ],
  [
    userNamespaces,
    'none allowed',
    { files: { '/proc/sys/user/max_user_namespaces': '0' } },
    'fail',
    'max_user_namespaces is 0',
  ],
  [
    userNamespaces,
    'Debian 10',
    { files: { '/proc/sys/kernel/unprivileged_userns_clone': '0' } },
    'fail',
    'userns_clone',
  ],
  [
    userNamespaces,
    'no namespaces in the kernel',
    { files: { '/proc/sys/user/max_user_namespaces': null } },
    'fail',
    'without',
  ],
  [
    userNamespaces,
    'docker',
    { files: { '/proc/sys/user/max_user_namespaces': '0' } },
    'skip',
    'docker',
    docker,
  ],
  [
    bubblewrap,
    'too old',
    { programs: { [`${BWRAP} --version`]: { stdout: 'bubblewrap 0.4.1' } } },
    'fail',
    '0.4.1, older',
  ],
  [bubblewrap, 'setuid', { stats: { [BWRAP]: { mode: 0o4755 } } }, 'fail', 'setuid'],
  [
    bubblewrap,
    'a launcher of that name',
    { programs: { [`${BWRAP} --version`]: { stdout: 'hello' } } },
    'fail',
    'none',
  ],
  [
    ...([
      bubblewrap,
      'an old one beside it',
      {
        stats: { '/usr/local/bin/bwrap': {} },
        programs: { '/usr/local/bin/bwrap --version': { stdout: 'bubblewrap 0.3.0' } },
      },
    ] as const),
    ...(['warn', '0.8.0 at /usr/bin/bwrap; not used: /usr/local/bin/bwrap'] as const),
  ],
  [confinement, 'sysctl can be written', { programs: inside('sysctl open') }, 'fail', 'sysctl is open'],
  [confinement, 'no filter', { programs: inside('filter off') }, 'fail', 'filter is off, not on'],
  [confinement, 'no filter, as its owner wants', { env: { DESCENT_SECCOMP: 'optional' } }, 'ok', 'secrets'],
  [confinement, 'a way to the network', { programs: inside('routes 2') }, 'fail', 'routes is 2'],
  [
    confinement,
    'namespaces in the sandbox',
    { programs: inside('namespaces open') },
    'fail',
    'namespaces is open',
  ],
  [
    confinement,
    'capabilities',
    { programs: inside('capabilities 00000000a80425fb') },
    'fail',
    'capabilities',
  ],
  [confinement, 'silence', { programs: { [TRIAL]: { stdout: '' } } }, 'fail', 'user is unknown'],
  [confinement, 'no sandbox', {}, 'warn', 'no sandbox', { sandbox: 'none' }],
  [
    seccomp,
    'no libseccomp',
    { programs: { 'python -I': { status: 1, stderr: 'x\nno libseccomp' } } },
    'fail',
    'no libseccomp',
  ],
  [cgroups, 'version 1', { files: { '/sys/fs/cgroup/cgroup.controllers': null } }, 'warn', 'version 1'],
  [
    cgroups,
    'a container of 100 processes',
    { files: { '/sys/fs/cgroup/user.slice/pids.max': '100' } },
    'fail',
    '100 processes',
  ],
  [
    cgroups,
    'a service of 2 GiB',
    { files: { '/sys/fs/cgroup/user.slice/user-1000.slice/memory.max': '2147483648' } },
    'fail',
    '2048 MiB',
  ],
  [
    cgroups,
    'pids not delegated',
    { files: { '/sys/fs/cgroup/cgroup.controllers': 'memory' } },
    'warn',
    'without pids',
  ],
  [containers, 'docker as root', { programs: dockerInfo({}) }, 'warn', 'as root', docker],
  [
    containers,
    'rootless docker',
    { programs: dockerInfo({ SecurityOptions: ['name=rootless'] }) },
    'ok',
    'rootless',
    docker,
  ],
  [
    containers,
    'docker without limits',
    { programs: dockerInfo({ PidsLimit: false }) },
    'fail',
    'no limit of processes',
    docker,
  ],
  [
    containers,
    'docker that is not running',
    { programs: { 'docker info': { status: 1, stderr: 'no daemon' } } },
    'fail',
    'no daemon',
    docker,
  ],
  [containers, 'no docker', {}, 'fail', 'not installed', docker],
  [
    ...([
      containers,
      'podman without pids',
      {
        programs: {
          'podman info': {
            stdout:
              '{"host":{"cgroupVersion":"v2","cgroupControllers":["memory"]},"version":{"Version":"5.4"}}',
          },
        },
      },
    ] as const),
    ...(['fail', 'no limit of pids', podman] as const),
  ],
  [containerRuntime, 'runc 1.1.12', { programs: runc('1.1.12') }, 'fail', 'CVE-2025-31133', docker],
  [containerRuntime, 'runc 1.2.7', { programs: runc('1.2.7') }, 'fail', 'CVE-2025-52881', docker],
  [containerRuntime, 'runc 1.2.8', { programs: runc('1.2.8') }, 'ok', '1.2.8', docker],
  [containerRuntime, 'runc 1.3.2', { programs: runc('1.3.2') }, 'fail', 'CVE-2025-52565', docker],
  [containerRuntime, 'runc 1.4.0', { programs: runc('1.4.0') }, 'ok', '1.4.0', docker],
  [
    containerRuntime,
    'gVisor chosen, missing',
    { env: { DESCENT_CONTAINER_RUNTIME: 'runsc' } },
    'fail',
    'not installed',
    docker,
  ],
  [
    ...([
      containerRuntime,
      'gVisor',
      {
        env: { DESCENT_CONTAINER_RUNTIME: 'runsc' },
        programs: { 'runsc --version': { stdout: 'runsc version release-20260901.0' } },
      },
    ] as const),
    ...(['ok', 'release-20260901.0', docker] as const),
  ],
  [gpu, 'an H100', { programs: { [SMI]: H100 }, folders: NVIDIA }, 'ok', 'H100', cuda],
  [gpu, 'no driver', {}, 'fail', 'nvidia-smi', cuda],
  [
    gpu,
    'an old driver',
    { programs: { [SMI]: { stdout: 'A, 550.1, 1 MiB' } }, folders: NVIDIA },
    'fail',
    'too old',
    cuda,
  ],
  [
    gpu,
    'no device file',
    { programs: { [SMI]: H100 }, folders: { '/dev': ['nvidiactl'] } },
    'fail',
    'nvidia-uvm, nvidia0',
    cuda,
  ],
  [
    gpu,
    'somebody trains',
    { programs: { [SMI]: H100, 'nvidia-smi --query-compute': { stdout: '12, python' } }, folders: NVIDIA },
    'fail',
    '12, python',
    cuda,
  ],
  [
    gpuToolkit,
    '1.16.1',
    { programs: ctk('1.16.1') },
    'fail',
    'CVE-2024-0132, CVE-2025-23359, CVE-2025-23266',
    docker,
  ],
  [gpuToolkit, '1.17.7', { programs: ctk('1.17.7') }, 'fail', '1.17.7 has CVE-2025-23266', docker],
  [gpuToolkit, '1.17.8', { programs: ctk('1.17.8') }, 'ok', '1.17.8', docker],
  [gpuToolkit, '1.17.7, unused', { programs: ctk('1.17.7') }, 'warn', 'not used', cuda],
  [disk, '10 GiB', { free: 10 * 1024 ** 3 }, 'warn', '10 GiB free'],
  [disk, '1 GiB', { free: 1024 ** 3 }, 'fail', '1 GiB free'],
  [workFolder, 'on a disk', {}, 'ok', '/tmp is on a disk'],
  [
    workFolder,
    'in memory',
    { files: { '/proc/self/mounts': '/dev/vda1 / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n' } },
    'warn',
    '/tmp is kept in memory (tmpfs)',
  ],
  [
    workFolder,
    'put on a disk',
    {
      env: { TMPDIR: '/var/tmp' },
      files: { '/proc/self/mounts': '/dev/vda1 / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n' },
    },
    'ok',
    '/var/tmp is on a disk',
  ],
  [memory, 'smaller than the job', {}, 'fail', '98304', { memoryMiB: 98_304 }],
  [
    memory,
    'in use',
    { files: { '/proc/meminfo': 'MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n' } },
    'warn',
    '3906 free',
  ],
  [
    clock,
    'an hour late',
    { serverDate: 'Mon, 23 Nov 2026 13:00:00 GMT' },
    'fail',
    '3600 s',
    { api: 'https://api.example' },
  ],
  [
    clock,
    'ten seconds late',
    { serverDate: 'Mon, 23 Nov 2026 12:00:10 GMT' },
    'warn',
    's from',
    { api: 'https://api.example' },
  ],
  [clock, 'right', {}, 'ok', '0 s from', { api: 'https://api.example' }],
  [
    clock,
    'a server without a date',
    { serverDate: 'soon' },
    'warn',
    'sends no date',
    { api: 'https://api.example' },
  ],
  [clock, 'somebody sets it', { clockJumps: -3000 }, 'warn', '3000 ms apart'],
  [
    python,
    'torch missing',
    { programs: { 'python -I': { status: 1, stderr: 'PackageNotFoundError: torch' } } },
    'fail',
    'PackageNotFoundError',
  ],
  [
    python,
    'another Python than the track asks for',
    { programs: { 'python -I': { stdout: '3.13.0 2.15.0' } } },
    'fail',
    'is measured with Python 3.11',
    { python: '3.11' },
  ],
  [
    python,
    'no bytecode',
    { programs: { 'python -I': { stdout: '3.11.2 2.15.0 False' } } },
    'warn',
    'without bytecode',
    { python: '3.11' },
  ],
  [python, 'closed to the sandbox user', { uid: 0 }, 'fail', 'cannot be read by user 64999'],
  [data, 'missing', {}, 'fail', 'climbmix is missing', { dataset: 'climbmix' }],
  [
    data,
    'half a file',
    { stats: { '/cache/data/pysource-v2/train.bin': { bytes: 3 } } },
    'fail',
    'has 3 bytes, not 10',
  ],
  [
    data,
    'a file that points elsewhere',
    {
      files: {
        '/cache/data/pysource-v2/meta.json': '{"version":1,"files":{"../x":{"bytes":1,"sha256":""}}}',
      },
    },
    'fail',
    'files',
  ],
  [
    cache,
    'writable by everybody',
    { stats: { '/cache': { mode: 0o777, kind: 'folder' } } },
    'fail',
    'mode 777',
  ],
  [
    cache,
    "the sandbox user's",
    { uid: 0, stats: { '/cache/data': { uid: 64_999, kind: 'folder' } } },
    'fail',
    'user 64999',
  ],
  [
    cache,
    'an open reference',
    { stats: { '/cache/reference': { mode: 0o755, kind: 'folder' } } },
    'fail',
    'where probes will be',
  ],
];

describe('each check, on a machine where it matters', () => {
  test.each(cases.map(([check, what, ...rest]) => [check.name, what, check, ...rest] as const))(
    '%s: %s',
    async (_name, _what, check, different, status, words, changes) => {
      const seen = await check.look(machine(different), { ...plan, ...changes });
      expect(seen).toMatchObject({ status, found: expect.stringContaining(words) });
      expect(seen.remedy === null).toBe(status === 'ok' || status === 'skip');
    },
  );
});
