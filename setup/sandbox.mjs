// Is there a bubblewrap that works here? Tried for real, each time: it takes some milliseconds.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { bubblewrap, SANDBOX_UID } from './paths.mjs';
import { SetupError } from './step.mjs';

/** @param {string} repository */
export function checkSandbox(repository) {
  if (process.platform !== 'linux') {
    process.stderr.write(
      'descent: bubblewrap needs Linux: here, measure with --sandbox docker, or --no-sandbox for your own code alone.\n',
    );
    return;
  }
  const bwrap = bubblewrap(repository);
  if (!bwrap) throw new SetupError('bubblewrap is missing.', 'sudo apt-get install -y bubblewrap');
  const asRoot = process.getuid?.() === 0;
  const { status, stderr } = spawnSync(bwrap, ['--unshare-all', '--ro-bind', '/', '/', 'true'], {
    encoding: 'utf8',
    cwd: '/',
    ...(asRoot && { uid: SANDBOX_UID, gid: SANDBOX_UID }),
  });
  if (status === 0) return;
  throw new SetupError(`bubblewrap (${bwrap}) does not work here: ${stderr.trim()}`, mend());
}

function mend() {
  if (existsSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) {
    return 'Ubuntu closes user namespaces by AppArmor: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';
  }
  if (existsSync('/proc/sys/kernel/unprivileged_userns_clone')) {
    return 'Open user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1';
  }
  return 'Open user namespaces: sudo sysctl -w user.max_user_namespaces=15000';
}
