import { type Check, fail, ok, skip, warn } from '../finding.ts';
import { atLeast, versionIn } from '../version.ts';

/** No distribution maintains older kernels, and the sandbox depends on the kernel alone. */
const OLDEST = [4, 18];
/** The oldest that kernel.org still maintained in 2026; distributions fix some older ones themselves. */
const KEPT = [5, 10];

export const kernel: Check = {
  name: 'kernel',
  safety: true,
  async look(host) {
    if (host.platform !== 'linux') return skip(`not Linux but ${host.platform}`);
    const text = (await host.read('/proc/sys/kernel/osrelease'))?.trim() ?? '';
    const version = versionIn(text);
    if (!version) {
      return warn('the version cannot be read', 'Is /proc mounted? mount -t proc proc /proc');
    }
    const remedy =
      "Install the distribution's newest kernel and restart. The sandbox is no stronger than the kernel.";
    if (!atLeast(version, OLDEST)) return fail(`${text}, older than ${OLDEST.join('.')}`, remedy);
    if (!atLeast(version, KEPT)) return warn(`${text}, no longer maintained by kernel.org`, remedy);
    return ok(text);
  },
};
