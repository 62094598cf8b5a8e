// Of /proc a program sees its own processes. Anything that describes the whole machine (load, memory, interrupts, locks, entropy) would
// carry notes from one sandbox to another, so it is covered. What PyTorch and the GPU driver read, and no program can write, stays.
import type { Dirent } from 'node:fs';
import type { Job } from '../../../core/formats/job.ts';

const OPEN = ['cpuinfo', 'filesystems', 'version'];
/** Read by the NVIDIA driver's library. */
const OPEN_TO_CUDA = ['devices', 'driver', 'meminfo', 'modules'];
/** Settings, not counters. */
const SETTINGS = [
  'kernel/cap_last_cap',
  'kernel/osrelease',
  'kernel/threads-max',
  'vm/max_map_count',
  'vm/mmap_min_addr',
  'vm/overcommit_memory',
];

/** @param entries what /proc of this machine holds: whatever a newer kernel adds is covered, too */
export function procArguments(entries: Dirent[], device: Job['device']): string[] {
  const open = new Set([...OPEN, ...(device === 'cuda' ? OPEN_TO_CUDA : [])]);
  const covered = entries.filter(
    (entry) => !entry.isSymbolicLink() && !/^\d+$/.test(entry.name) && !open.has(entry.name),
  );
  const cover = (entry: Dirent) =>
    entry.isDirectory()
      ? ['--perms', '0555', '--size', '16384', '--tmpfs', `/proc/${entry.name}`]
      : ['--ro-bind', '/dev/null', `/proc/${entry.name}`];
  return [
    ...['--proc', '/proc', ...covered.flatMap(cover)],
    ...SETTINGS.flatMap((name) => ['--ro-bind-try', `/proc/sys/${name}`, `/proc/sys/${name}`]),
    ...covered
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => ['--remount-ro', `/proc/${name}`]),
  ];
}
