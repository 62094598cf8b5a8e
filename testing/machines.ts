import type { FileFacts, Host, Ran } from '../runner/doctor/host.ts';
import type { Plan } from '../runner/doctor/plan.ts';

/** Machines of several kinds, described by what they answer. For tests. */

export const BWRAP = '/usr/bin/bwrap';
/** How the trial of a job's sandbox begins. */
export const TRIAL = '/bin/sh -c';
const GiB = 1024 ** 3;

export const plan: Plan = {
  sandbox: 'bubblewrap',
  device: 'cpu',
  dataset: 'pysource',
  memoryMiB: 4096,
  repository: new URL('..', import.meta.url).pathname.replace(/\/$/, ''),
  cache: '/cache',
  api: null,
};

export interface Machine {
  uid?: number;
  platform?: NodeJS.Platform;
  env?: Record<string, string>;
  files?: Record<string, string | null>;
  folders?: Record<string, string[]>;
  stats?: Record<string, Partial<FileFacts> | null>;
  /** What a command line answers, by its beginning; the longest beginning wins. `null`: there is no such program. */
  programs?: Record<string, Partial<Ran> | null>;
  free?: number;
  /** What the wall clock gains while 200 ms pass. */
  clockJumps?: number;
  serverDate?: string;
}

const NOW = Date.UTC(2026, 10, 23, 12);

/** An ordinary user on Debian 12 with everything installed, and what is different on this one. */
export function machine(different: Machine = {}): Host {
  const files: Record<string, string | null> = { ...DEBIAN_FILES, ...different.files };
  const programs: Record<string, Partial<Ran> | null> = { ...DEBIAN_PROGRAMS, ...different.programs };
  const stats: Record<string, Partial<FileFacts> | null> = { ...DEBIAN_STATS, ...different.stats };
  const clock = { passed: 0, jumps: 0 };
  return {
    platform: different.platform ?? 'linux',
    uid: different.uid ?? 1000,
    env: { PATH: '/usr/bin', ...different.env },
    read: async (path) => files[path] ?? null,
    list: async (path) => different.folders?.[path] ?? null,
    async stat(path) {
      const facts = stats[path];
      if (facts) return { uid: 1000, mode: 0o755, bytes: 1, kind: 'file', ...facts };
      return path.endsWith('/bin/python') ? { uid: 1000, mode: 0o755, bytes: 1, kind: 'file' } : null;
    },
    freeBytes: async (path) => (path === '/' || path === '/tmp' ? (different.free ?? 100 * GiB) : null),
    async run(file, args, as) {
      const line = [
        ...(as === undefined ? [] : [`as ${as}:`]),
        file.replace(/^.*\/bin\/python$/, 'python'),
        ...args,
      ].join(' ');
      const key = Object.keys(programs)
        .filter((start) => line.startsWith(start))
        .sort((a, b) => b.length - a.length)[0];
      const ran = key === undefined ? null : programs[key];
      return ran ? { status: 0, stdout: '', stderr: '', ...ran } : null;
    },
    dateOf: async () => different.serverDate ?? new Date(NOW).toUTCString(),
    now: () => NOW + clock.passed + clock.jumps,
    monotonic: () => clock.passed,
    async wait(milliseconds) {
      clock.passed += milliseconds;
      clock.jumps += different.clockJumps ?? 0;
    },
  };
}

const DEBIAN_FILES = {
  '/proc/sys/kernel/osrelease': '6.1.0-40-amd64\n',
  '/proc/sys/user/max_user_namespaces': '63000\n',
  '/proc/meminfo': 'MemTotal:       32000000 kB\nMemFree: 1 kB\nMemAvailable:   30000000 kB\n',
  '/proc/self/mounts': '/dev/vda1 / ext4 rw 0 0\n/dev/vdb /tmpfiles tmpfs rw 0 0\n',
  '/proc/self/cgroup': '0::/user.slice/user-1000.slice\n',
  '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
  '/cache/data/pysource-v2/meta.json': JSON.stringify({
    version: 1,
    files: { 'train.bin': { bytes: 10, sha256: '0' } },
  }),
};

const DEBIAN_STATS = {
  [BWRAP]: {},
  '/cache': { kind: 'folder' as const },
  '/cache/data': { kind: 'folder' as const },
  '/cache/data/pysource-v2/train.bin': { bytes: 10 },
};

/** What the program inside the sandbox says when it is confined. */
export const CONFINED = `user 65534
capabilities 0000000000000000
privileges 1
routes 0
processes few
sysctl closed
files closed
namespaces closed
filter on
calls refused
secrets hidden
`;

const DEBIAN_PROGRAMS = {
  'id -Gn': { stdout: 'ada users\n' },
  [`${BWRAP} --version`]: { stdout: 'bubblewrap 0.8.0\n' },
  [`${BWRAP} --unshare-user`]: { stdout: CONFINED },
  [TRIAL]: { stdout: CONFINED },
  'python -I': { stdout: '3.11.2 2.15.0\n' },
  [`python -I ${plan.repository}/runner/sandbox/view/needs.py`]: {
    stdout: JSON.stringify({
      shown: [['/usr/bin/python3.11', '/usr/bin/python3.11']],
      links: [],
      hidden: [],
    }),
  },
};
