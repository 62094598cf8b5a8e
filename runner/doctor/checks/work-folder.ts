import { type Check, ok, skip, warn } from '../finding.ts';

/** File systems that keep their files in memory. */
const IN_MEMORY = ['tmpfs', 'ramfs'];

/**
 * Checks where work folders are. In a file system in memory, a job's files use the machine's memory. Neither the free disk nor the
 * size of mapped memory shows that, and the page cache of such files is their only copy, which cannot be dropped.
 */
export const workFolder: Check = {
  name: 'work-folder',
  safety: false,
  async look(host) {
    const folder = host.env.TMPDIR ?? '/tmp';
    const mounts = await host.read('/proc/self/mounts');
    if (mounts === null) return skip('the machine does not report it');
    const [kind] = mounts
      .split('\n')
      .map((line) => line.split(' '))
      .filter(
        ([, place]) => place !== undefined && `${folder}/`.startsWith(place === '/' ? '/' : `${place}/`),
      )
      .sort(([, a], [, b]) => b!.length - a!.length)
      .map(([, , kind]) => kind);
    if (kind === undefined || !IN_MEMORY.includes(kind)) return ok(`${folder} is on a disk`);
    return warn(
      `${folder} is kept in memory (${kind}): what jobs write there counts against the machine's memory`,
      'Put work folders on a disk: TMPDIR=/var/tmp in the environment of the runner (its .env file).',
    );
  },
};
