import { SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip, warn } from '../finding.ts';

/** Groups whose members can become root. */
const ROOT_GROUPS = new Set(['docker', 'lxd', 'incus', 'libvirt', 'disk', 'sudo', 'wheel', 'admin', 'root']);

/** Checks the user: a stranger's code never starts as root, only as an ordinary user, or as root that really becomes one. */
export const user: Check = {
  name: 'user',
  safety: true,
  async look(host) {
    if (host.uid === null || host.platform !== 'linux')
      return skip(`users are not checked on ${host.platform}`);
    if (host.uid !== 0) return ordinary(host.uid, (await host.run('id', ['-Gn']))?.stdout ?? '');
    const became = await host.run('/usr/bin/id', ['-G'], SANDBOX_UID);
    const numbers = await host.run('/usr/bin/id', ['-u'], SANDBOX_UID);
    if (numbers?.stdout.trim() !== String(SANDBOX_UID) || became?.stdout.trim() !== String(SANDBOX_UID)) {
      return fail(
        `root cannot become user ${SANDBOX_UID} with no other group: ${numbers?.stderr.trim() || became?.stdout.trim() || 'no answer'}`,
        'Start the runner as an ordinary user: sudo useradd --create-home descent && sudo -iu descent',
      );
    }
    if (await named(host.read('/etc/passwd'))) {
      return fail(
        `user ${SANDBOX_UID}, as whom sandboxes run, is somebody's account on this machine`,
        'Start the runner as an ordinary user: sudo useradd --create-home descent && sudo -iu descent',
      );
    }
    return warn(
      `root, sandboxes run as user ${SANDBOX_UID}`,
      'An ordinary user is safer: sudo useradd --create-home descent && sudo -iu descent',
    );
  },
};

function ordinary(uid: number, groups: string) {
  const mighty = groups.split(/\s+/).filter((group) => ROOT_GROUPS.has(group));
  if (mighty.length === 0) return ok(`ordinary user ${uid}`);
  return warn(
    `ordinary user ${uid}, in the group ${mighty.join(', ')}, whose members can become root`,
    'Give the runner a user of its own: sudo useradd --create-home descent && sudo -iu descent',
  );
}

async function named(passwd: Promise<string | null>): Promise<boolean> {
  return ((await passwd) ?? '').split('\n').some((line) => line.split(':')[2] === String(SANDBOX_UID));
}
