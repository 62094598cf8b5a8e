import { type Check, fail, ok, type Seen, skip, warn } from '../finding.ts';
import type { Host } from '../host.ts';
import { usesContainers } from '../plan.ts';
import { atLeast, versionIn } from '../version.ts';

/** Checks the low-level container runtime: runc with its known escapes fixed, or gVisor if it was chosen. */
export const containerRuntime: Check = {
  name: 'container-runtime',
  safety: true,
  async look(host, plan) {
    const gvisor = await host.run('runsc', ['--version']);
    const release = gvisor && (/release-\S+/.exec(gvisor.stdout)?.[0] ?? 'of unknown version');
    if (!usesContainers(plan))
      return skip(release ? `gVisor ${release} is here, unused` : 'no containers are used');
    const chosen = host.env.DESCENT_CONTAINER_RUNTIME;
    if (chosen?.endsWith('runsc')) {
      return release
        ? ok(`gVisor ${release}`)
        : fail(`${chosen} was chosen and is not installed`, 'https://gvisor.dev/docs/user_guide/install/');
    }
    return runc(host);
  },
};

/**
 * CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881 lead out of the container; fixed in 1.2.8, 1.3.3 and 1.4.0.
 * Source: advisories of opencontainers/runc, November 2025.
 */
async function runc(host: Host): Promise<Seen> {
  const ran = await host.run('runc', ['--version']);
  if (ran === null) return skip('runc is not here (crun or another runtime)');
  const version = versionIn(ran.stdout);
  if (!version) return warn(`runc does not print its version: ${ran.stdout.trim()}`, 'Try: runc --version');
  const line = version[1] ?? 0;
  const isFixed =
    atLeast(version, [1, 4]) ||
    (line === 3 && atLeast(version, [1, 3, 3])) ||
    (line === 2 && atLeast(version, [1, 2, 8]));
  if (isFixed || atLeast(version, [2])) return ok(`runc ${version.join('.')}`);
  return fail(
    `runc ${version.join('.')} has known ways out of the container (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881)`,
    "Update runc to 1.2.8, 1.3.3, 1.4 or later (or the distribution's package that fixes these), or use gVisor or bubblewrap.",
  );
}
