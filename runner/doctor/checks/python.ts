import { dirname } from 'node:path';
import { pythonInterpreter, SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok } from '../finding.ts';

const ASK = `
import sys
from importlib.metadata import version
print(sys.version.split()[0], version("torch"))
`;

/** Checks the locked Python environment, as the user of the sandbox. */
export const python: Check = {
  name: 'python',
  safety: false,
  needed: true,
  async look(host, plan) {
    const interpreter = pythonInterpreter(plan.repository, { ...host.env, DESCENT_CACHE: plan.cache });
    const environment = dirname(dirname(interpreter));
    const remedy = 'node setup/bootstrap.mjs --only python';
    if (!(await host.stat(interpreter))) return fail(`${environment} is missing`, remedy);
    const ran = await host.run(interpreter, ['-I', '-c', ASK], host.uid === 0 ? SANDBOX_UID : undefined);
    if (ran?.status === 0) {
      const [version, torch] = ran.stdout.trim().split(' ');
      if (plan.python !== undefined && !version?.startsWith(`${plan.python}.`))
        return fail(
          `the track is measured with Python ${plan.python}, ${environment} has ${version}`,
          remedy,
        );
      return ok(`Python ${version} with torch ${torch} in ${environment}`);
    }
    if (ran === null && host.uid === 0) {
      return fail(
        `${environment} cannot be read by user ${SANDBOX_UID}`,
        'Put it into a folder that all users can read: export DESCENT_CACHE=/var/cache/descent, then node setup/bootstrap.mjs --only python',
      );
    }
    const said = ran?.stderr.trim().split('\n').at(-1) ?? 'it does not start';
    return fail(`${environment} does not work: ${said}`, `rm -r ${environment} && ${remedy}`);
  },
};
