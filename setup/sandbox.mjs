// Is there a bubblewrap that works here? It is really tried, each time; that takes some milliseconds.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { bubblewrapFiles, pythonEnvironment, SANDBOX_UID } from './paths.mjs';
import { SetupError } from './step.mjs';

/** @param {string} repository */
export function checkSandbox(repository) {
  if (process.platform !== 'linux') {
    process.stderr.write(
      'descent: bubblewrap needs Linux. Here, measure with --sandbox docker, or your own code with --no-sandbox.\n',
    );
    return;
  }
  const files = bubblewrapFiles(pythonEnvironment(repository)).filter((file) => existsSync(file));
  if (files.length === 0)
    throw new SetupError('bubblewrap is missing.', 'sudo apt-get install -y bubblewrap');
  const complaints = files.map((file) => ({ file, complaint: complaintOf(file) }));
  if (complaints.some(({ complaint }) => complaint === '')) return;
  const said = complaints.map(({ file, complaint }) => `${file}: ${complaint}`).join('; ');
  throw new SetupError(`bubblewrap does not work here: ${said}`, remedy());
}

/**
 * The error of a bubblewrap that cannot make the runner's sandbox (0.8 added `--disable-userns`).
 * @param {string} file
 */
function complaintOf(file) {
  const asRoot = process.getuid?.() === 0;
  const box = ['--unshare-all', '--unshare-user', '--disable-userns', '--ro-bind', '/', '/'];
  const { status, stderr, error } = spawnSync(file, [...box, 'true'], {
    encoding: 'utf8',
    cwd: '/',
    ...(asRoot && { uid: SANDBOX_UID, gid: SANDBOX_UID }),
  });
  return status === 0 ? '' : (error?.message ?? stderr.trim()) || `ended with ${status}`;
}

function remedy() {
  if (existsSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) {
    return 'Ubuntu blocks user namespaces with AppArmor. Allow them: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';
  }
  if (existsSync('/proc/sys/kernel/unprivileged_userns_clone')) {
    return 'Allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1';
  }
  return 'Allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000';
}
