import { join } from 'node:path';
import { pythonInterpreter } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip, warn } from '../finding.ts';

/** Checks the filter of system calls for bubblewrap. Without it the runner measures nothing (sandbox/choose.ts). */
export const seccomp: Check = {
  name: 'seccomp',
  safety: true,
  async look(host, plan) {
    if (plan.sandbox !== 'bubblewrap')
      return skip(`${plan.sandbox} is given our profile, or has its own kernel (gVisor)`);
    const python = pythonInterpreter(plan.repository, { ...host.env, DESCENT_CACHE: plan.cache });
    const built = await host.run(python, [
      '-I',
      join(plan.repository, 'runner', 'sandbox', 'bubblewrap', 'seccomp.py'),
    ]);
    if (built === null) return skip('no Python environment to build it with');
    if (built.status === 0 && built.stdout.length > 0) return ok('the filter can be built');
    const said = built.stderr.trim().split('\n').at(-1);
    const finding = host.env.DESCENT_SECCOMP === 'optional' ? warn : fail;
    return finding(`the filter cannot be built: ${said}`, 'sudo apt-get install -y libseccomp2');
  },
};
