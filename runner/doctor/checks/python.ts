import { dirname, join } from 'node:path';
import { pythonInterpreter, SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok, warn } from '../finding.ts';

const ASK = `
import os, sys
from importlib.metadata import version
from importlib.util import cache_from_source, find_spec
print(sys.version.split()[0], version("torch"), os.path.exists(cache_from_source(find_spec("torch").origin)))
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
      const [version, torch, bytecode] = ran.stdout.trim().split(' ');
      if (plan.python !== undefined && !version?.startsWith(`${plan.python}.`))
        return fail(
          `the track is measured with Python ${plan.python}, ${environment} has ${version}`,
          remedy,
        );
      const found = `Python ${version} with torch ${torch} in ${environment}`;
      if (bytecode === 'False')
        return warn(
          `${found}, without bytecode: every start takes seconds longer, and a run's budget pays for them`,
          `${interpreter} -m compileall -q ${join(environment, 'lib')}`,
        );
      return ok(found);
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
