import { join } from 'node:path';
import { SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip } from '../finding.ts';

/** Others may write (without the sticky bit, also rename what is ours). */
const GROUP_OR_OTHERS_WRITE = 0o022;
const GROUP_OR_OTHERS_READ = 0o044;

/** Whoever can write the cache decides what is measured: data, Python environment, the harness's packages. */
export const cache: Check = {
  name: 'cache',
  safety: true,
  async look(host, plan) {
    if (host.uid === null) return skip(`owners of ${host.platform} are not looked at`);
    const mine = new Set([host.uid, 0]);
    for (const path of [plan.cache, join(plan.cache, 'data'), join(plan.cache, 'reference')]) {
      const facts = await host.stat(path);
      if (!facts) continue;
      const claim = `sudo chown -R "$(id -un)" ${path} && chmod -R go-w ${path}`;
      if (facts.uid === SANDBOX_UID || !mine.has(facts.uid)) {
        return fail(`${path} belongs to user ${facts.uid}, who can change what is measured`, claim);
      }
      if (facts.mode & GROUP_OR_OTHERS_WRITE) {
        return fail(`${path} can be written by others (mode ${facts.mode.toString(8)})`, claim);
      }
      if (path.endsWith('reference') && facts.mode & GROUP_OR_OTHERS_READ) {
        return fail(
          `${path} can be read by others: it tells where probes will look`,
          `chmod -R go-rwx ${path}`,
        );
      }
    }
    return (await host.stat(plan.cache)) ? ok(`${plan.cache} is ours alone to write`) : skip('not made yet');
  },
};
