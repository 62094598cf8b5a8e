import { join, sep } from 'node:path';
import { pythonInterpreter, SANDBOX_UID } from '../../../setup/paths.mjs';
import { SandboxError } from '../../sandbox/sandbox.ts';
import { NEEDS, type Needs, parseNeeds } from '../../sandbox/view/needs.ts';
import { type Secrets, secretsOf } from '../../sandbox/view/secrets.ts';
import { boxArguments } from '../../sandbox/view/view.ts';
import { type Check, fail, ok, skip, warn } from '../finding.ts';
import type { Host } from '../host.ts';
import type { Plan } from '../plan.ts';
import { usedBubblewrap } from './bubblewrap.ts';

/** What a program inside sees and can do, one word per line. Every line has one right answer. Arguments: paths that must not exist. */
const INSIDE = `
import ctypes, os, sys
status = dict(line.split(None, 1) for line in open("/proc/self/status") if line.startswith(("CapEff", "NoNewPrivs", "Seccomp:")))
def opens(path):
    try:
        open(path, "a").close()
        return "open"
    except OSError:
        return "closed"
print("user", os.getuid())
print("capabilities", status["CapEff:"].strip())
print("privileges", status["NoNewPrivs:"].strip())
print("routes", sum(1 for _ in open("/proc/self/net/route")) - 1)
print("processes", "few" if sum(name.isdigit() for name in os.listdir("/proc")) < 10 else "many")
print("sysctl", opens("/proc/sys/kernel/core_pattern"))
print("files", opens("/etc/descent-doctor"))
print("namespaces", "open" if ctypes.CDLL(None).unshare(0x10000000) == 0 else "closed")
print("filter", "on" if status["Seccomp:"].strip() == "2" else "off")
print("calls", "refused" if ctypes.CDLL(None).memfd_create(b"doctor", 0) == -1 else "open")
print("secrets", next((path for path in sys.argv[1:] if os.path.lexists(path)), "hidden"))
`;

const RIGHT: Record<string, string> = {
  user: '65534',
  capabilities: '0000000000000000',
  privileges: '1',
  routes: '0',
  processes: 'few',
  sysctl: 'closed',
  files: 'closed',
  namespaces: 'closed',
  filter: 'on',
  calls: 'refused',
  secrets: 'hidden',
};
/** What is missing when an owner measures without a filter. */
const OF_FILTER = ['filter', 'calls'];
/** Builds the filter and hands it to bubblewrap as its descriptor 5, as a job has it. */
const WITH_FILTER = '"$0" -I "$1" | { shift; exec "$@" 5<&0 </dev/null; }';
/** At most so many files of each home are searched for: more than a home has at its top. */
const LOOKED_FOR = 500;

/** Builds a job's sandbox and tries to get out of it. Settings only promise; this check proves. */
export const confinement: Check = {
  name: 'confinement',
  safety: true,
  async look(host, plan) {
    if (plan.sandbox === 'none') {
      return warn(
        'no sandbox was chosen: train.py may do everything that you may do',
        'Run only code that you wrote or read.',
      );
    }
    if (plan.sandbox !== 'bubblewrap') return skip(`the sandbox is ${plan.sandbox}`);
    const bwrap = await usedBubblewrap(host, plan);
    if (bwrap === null) return skip('no bubblewrap to try');
    const python = pythonInterpreter(plan.repository, { ...host.env, DESCENT_CACHE: plan.cache });
    const as = host.uid === 0 ? SANDBOX_UID : undefined;
    const answer = await host.run(python, ['-I', join(plan.repository, NEEDS), plan.device], as);
    if (answer?.status !== 0) return skip('no Python environment to try it with');
    const needs = parseNeeds(answer.stdout);
    const { env } = host;
    const secrets = secretsOf({ env, cache: plan.cache, repository: plan.repository, work: null });
    let box: string[];
    try {
      box = boxArguments({ ...plan, readable: [], scratch: null }, needs, secrets, env);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      return fail(error.message, 'Until this is fixed, the runner measures nothing here.');
    }
    const inside = [python, '-I', '-c', INSIDE, ...(await hiddenPaths(host, plan, needs, secrets))];
    const isFiltered = env.DESCENT_SECCOMP !== 'optional';
    const filter = join(plan.repository, 'runner', 'sandbox', 'bubblewrap', 'seccomp.py');
    const ran = isFiltered
      ? await host.run(
          '/bin/sh',
          ['-c', WITH_FILTER, python, filter, bwrap, '--seccomp', '5', ...box, '--clearenv', '--', ...inside],
          as,
        )
      : await host.run(bwrap, [...box, '--clearenv', '--', ...inside], as);
    if (ran?.status !== 0) {
      return fail(
        `a sandbox cannot be made: ${ran?.stderr.trim().split('\n').at(-1) || `status ${ran?.status ?? 'none'}`}`,
        'See user-namespaces and apparmor above. Inside a container, allow it user namespaces, or run on the host or in a virtual machine.',
      );
    }
    const seen = Object.fromEntries(ran.stdout.split('\n').map((line) => line.split(/ (.*)/, 2)));
    const asked = Object.keys(RIGHT).filter((name) => isFiltered || !OF_FILTER.includes(name));
    const holes = asked.filter((name) => seen[name] !== RIGHT[name]);
    if (holes.length === 0) return ok(`tried from inside: ${asked.join(', ')}`);
    return fail(
      `tried from inside: ${holes.map((name) => `${name} is ${seen[name] ?? 'unknown'}, not ${RIGHT[name]}`).join('; ')}`,
      'Do not lend this machine as it is: update kernel and bubblewrap, or put the runner in a virtual machine (docs/security.md).',
    );
  },
};

/** Files of homes, cache and runner that a job must not see: all except the folders that lead to what it is shown. */
async function hiddenPaths(
  host: Host,
  { cache }: Plan,
  { shown }: Needs,
  secrets: Secrets,
): Promise<string[]> {
  const onTheWay = (path: string) => shown.some(([, place]) => `${place}${sep}`.startsWith(path + sep));
  const folders = secrets.neverHeld.map(({ path }) => path).filter((path) => path !== sep);
  const inThem = await Promise.all(
    [...folders, cache].map(async (folder) =>
      ((await host.list(folder)) ?? []).slice(0, LOOKED_FOR).map((name) => join(folder, name)),
    ),
  );
  return [...new Set(inThem.flat())].filter((path) => !onTheWay(path));
}
