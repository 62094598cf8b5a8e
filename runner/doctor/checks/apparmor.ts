import { SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip } from '../finding.ts';
import { usedBubblewrap } from './bubblewrap.ts';

const SWITCH = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';

/** Ubuntu since 23.10 lets an ordinary user's namespace hold no capability unless a profile names the program. */
export const apparmor: Check = {
  name: 'apparmor',
  safety: true,
  async look(host, plan) {
    if (plan.sandbox !== 'bubblewrap' || host.platform !== 'linux')
      return skip('the sandbox does not need it');
    if ((await host.read(SWITCH))?.trim() !== '1') return ok('does not restrict user namespaces');
    const bwrap = await usedBubblewrap(host, plan);
    if (bwrap === null) return skip('no bubblewrap to try');
    const tried = await host.run(
      bwrap,
      ['--unshare-user', '--unshare-net', '--ro-bind', '/', '/', '/bin/true'],
      host.uid === 0 ? SANDBOX_UID : undefined,
    );
    if (tried?.status === 0) return ok(`restricts user namespaces, a profile allows ${bwrap}`);
    return fail(
      `closes user namespaces to ${bwrap}: ${tried?.stderr.trim() ?? 'it does not start'}`,
      allow(bwrap),
    );
  },
};

/** A profile for this one program keeps the restriction for all others. */
function allow(bwrap: string): string {
  const profile = `abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile descent-bwrap ${bwrap} flags=(unconfined) {\\n  userns,\\n}\\n`;
  return `printf '${profile}' | sudo tee /etc/apparmor.d/descent-bwrap && sudo apparmor_parser -r /etc/apparmor.d/descent-bwrap`;
}
