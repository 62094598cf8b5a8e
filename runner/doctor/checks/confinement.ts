import { SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip, warn } from '../finding.ts';
import { usedBubblewrap } from './bubblewrap.ts';

/** What a program inside sees and can do, one word a line; every line has one right answer. */
const INSIDE = `
echo "user $(id -u)"
echo "capabilities $(grep '^CapEff' /proc/self/status | tr -d '[:space:]' | cut -d: -f2)"
echo "privileges $(grep '^NoNewPrivs' /proc/self/status | tr -d '[:space:]' | cut -d: -f2)"
echo "routes $(tail -n +2 /proc/net/route 2>/dev/null | wc -l)"
echo "processes $([ "$(ls -d /proc/[0-9]* | wc -l)" -lt 10 ] && echo few || echo many)"
(: >>/proc/sys/kernel/core_pattern) 2>/dev/null && echo 'sysctl open' || echo 'sysctl closed'
(: >/etc/descent-doctor) 2>/dev/null && echo 'files open' || echo 'files closed'
unshare --user true 2>/dev/null && echo 'namespaces open' || echo 'namespaces closed'
`;

const RIGHT: Record<string, string> = {
  user: '65534',
  capabilities: '0000000000000000',
  privileges: '1',
  routes: '0',
  processes: 'few',
  sysctl: 'closed',
  files: 'closed',
  namespaces: 'closed',
};

const BOX = [
  ...[
    '--unshare-user',
    '--unshare-ipc',
    '--unshare-pid',
    '--unshare-net',
    '--unshare-uts',
    '--unshare-cgroup',
  ],
  ...['--disable-userns', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
  ...['--uid', '65534', '--gid', '65534', '--ro-bind', '/', '/'],
  ...[
    '--proc',
    '/proc',
    '--ro-bind',
    '/proc/sys',
    '/proc/sys',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
    '--chdir',
    '/',
  ],
];

/** Builds a sandbox and tries from inside to get out: settings promise, this one sees. */
export const confinement: Check = {
  name: 'confinement',
  safety: true,
  async look(host, plan) {
    if (plan.sandbox === 'none') {
      return warn(
        'no sandbox was chosen: train.py may do all that you may',
        'Run only code that you wrote or read.',
      );
    }
    if (plan.sandbox !== 'bubblewrap') return skip(`the sandbox is ${plan.sandbox}`);
    const bwrap = await usedBubblewrap(host, plan);
    if (bwrap === null) return skip('no bubblewrap to try');
    const ran = await host.run(
      bwrap,
      [...BOX, '--', '/bin/sh', '-c', INSIDE],
      host.uid === 0 ? SANDBOX_UID : undefined,
    );
    if (ran?.status !== 0) {
      return fail(
        `a sandbox cannot be made: ${ran?.stderr.trim().split('\n').at(-1) || `status ${ran?.status ?? 'none'}`}`,
        'See user-namespaces and apparmor above. Inside a container, allow it user namespaces, or run on the host or in a virtual machine.',
      );
    }
    const seen = Object.fromEntries(ran.stdout.split('\n').map((line) => line.split(' ', 2)));
    const holes = Object.keys(RIGHT).filter((name) => seen[name] !== RIGHT[name]);
    if (holes.length === 0) return ok(`tried from inside: ${Object.keys(RIGHT).join(', ')}`);
    return fail(
      `tried from inside: ${holes.map((name) => `${name} is ${seen[name] ?? 'unknown'}, not ${RIGHT[name]}`).join('; ')}`,
      'Lend no machine like this: update kernel and bubblewrap, or put the runner in a virtual machine (docs/security.md).',
    );
  },
};
