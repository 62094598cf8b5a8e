import { join } from 'node:path';
import { SANDBOX_UID } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip, warn } from '../finding.ts';
import type { FileFacts } from '../host.ts';

const GROUP_OR_OTHERS_WRITE = 0o022;
const GROUP_OR_OTHERS_READ = 0o044;

/** A user who can write the cache decides what is measured: data, Python environment, the incumbent's claims. */
export const cache: Check = {
  name: 'cache',
  safety: true,
  async look(host, plan) {
    if (host.uid === null) return skip(`owners are not checked on ${host.platform}`);
    const paths = [plan.cache, join(plan.cache, 'data'), join(plan.cache, 'reference')];
    const found = await Promise.all(paths.map(async (path) => ({ path, facts: await host.stat(path) })));
    const there = found.flatMap(({ path, facts }) => (facts ? [{ path, facts }] : []));
    for (const { path, facts } of there) {
      const hole = holeIn(facts);
      if (hole) return fail(`${path} ${hole}`, `sudo chown -R "$(id -un)" ${path} && chmod -R go-w ${path}`);
    }
    const open = there.find(
      ({ path, facts }) => path.endsWith('reference') && facts.mode & GROUP_OR_OTHERS_READ,
    );
    if (open)
      return fail(
        `${open.path} can be read by others: it shows where probes will be`,
        `chmod -R go-rwx ${open.path}`,
      );
    const foreign = there.find(({ facts }) => facts.uid !== host.uid && facts.uid !== 0);
    if (foreign) {
      return warn(
        `${foreign.path} belongs to user ${foreign.facts.uid}, who can change what is measured`,
        `sudo chown -R "$(id -un)" ${plan.cache}`,
      );
    }
    return there.length > 0 ? ok(`${plan.cache} can be written only by this user`) : skip('not made yet');
  },
};

function holeIn(facts: FileFacts): string | null {
  if (facts.uid === SANDBOX_UID) return `belongs to user ${SANDBOX_UID}, as whom strangers' code runs`;
  if (facts.mode & GROUP_OR_OTHERS_WRITE) return `can be written by others (mode ${facts.mode.toString(8)})`;
  return null;
}
