import { type Check, fail, ok, skip } from '../finding.ts';

/** bubblewrap and rootless podman need user namespaces that an ordinary user may create. */
export const userNamespaces: Check = {
  name: 'user-namespaces',
  safety: true,
  async look(host, { sandbox }) {
    if (sandbox !== 'bubblewrap' && !(sandbox === 'podman' && host.uid !== 0))
      return skip(`${sandbox} needs none`);
    if (host.platform !== 'linux') {
      return fail(`${host.platform} has none`, 'Measure on Linux, or choose --sandbox docker.');
    }
    const limit = (await host.read('/proc/sys/user/max_user_namespaces'))?.trim();
    if (limit === undefined) {
      return fail('this kernel was built without them', 'Use a kernel with CONFIG_USER_NS=y.');
    }
    if (Number(limit) < 16) {
      return fail(
        `user.max_user_namespaces is ${limit}`,
        'echo user.max_user_namespaces=15000 | sudo tee /etc/sysctl.d/50-descent.conf && sudo sysctl --system',
      );
    }
    if ((await host.read('/proc/sys/kernel/unprivileged_userns_clone'))?.trim() === '0') {
      return fail(
        'kernel.unprivileged_userns_clone is 0',
        'echo kernel.unprivileged_userns_clone=1 | sudo tee /etc/sysctl.d/50-descent.conf && sudo sysctl --system',
      );
    }
    return ok(`open, at most ${limit}`);
  },
};
