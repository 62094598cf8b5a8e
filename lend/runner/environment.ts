import { DESCENT } from '../../core/command-name.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import type { Place } from './place.ts';
import { MARK } from './processes/job-processes.ts';
import { wordsIn } from './words.ts';

/** Of the owner's variables a job gets these and no others: no token, no agent, no home. */
const KEPT = [
  /^(https?|all|no)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE)$/,
  /^(LD_LIBRARY_PATH|CUDA_VISIBLE_DEVICES|CUDA_DEVICE_ORDER|TZ)$/,
  /^(PIP_INDEX_URL|UV_INDEX_URL|UV_DEFAULT_INDEX|NPM_CONFIG_REGISTRY)$/,
  /^DESCENT_(SANDBOX|IMAGE|CONTAINER_RUNTIME|SECCOMP|SHARED_PROCESSORS)$/,
];

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin';

/** The whole environment of GitHub's runner, which its steps inherit. */
export function jobEnvironment(
  owner: NodeJS.ProcessEnv,
  { place, jit, mark }: { place: Place; jit: string; mark: string },
): Record<string, string> {
  const words = wordsIn(place.words);
  return {
    ...Object.fromEntries(
      Object.entries(owner).flatMap(([name, value]) =>
        value !== undefined && isKept(name, value) ? [[name, value]] : [],
      ),
    ),
    PATH: process.platform === 'linux' ? PATH : (owner.PATH ?? PATH),
    LANG: 'C.UTF-8',
    USER: 'descent',
    HOME: place.home,
    TMPDIR: place.temporary,
    DESCENT_CACHE: cacheFolder(owner),
    DESCENT_YIELD: words.yield,
    DESCENT_PHASE: words.phase,
    [MARK]: mark,
    // A variable, not an argument: arguments are shown to every user of the machine.
    ACTIONS_RUNNER_INPUT_JITCONFIG: jit,
    ACTIONS_RUNNER_HOOK_JOB_STARTED: words.hook,
    ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1',
    // GitHub's runner then needs no libicu, which small systems lack.
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
    RUNNER_ALLOW_RUNASROOT: '1',
  };
}

/** An address with a password in it is the owner's own, but a proxy's: without it nothing reaches GitHub. */
function isKept(name: string, value: string): boolean {
  const hasPassword = /:\/\/[^/\s]*@/.test(value) && !/_proxy$/i.test(name);
  return !hasPassword && KEPT.some((pattern) => pattern.test(name));
}

/** What the exit status of Runner.Listener says went wrong; null for a runner that ended as it should. */
export function explainExit(status: number, version: string): { isOutdated: boolean; why: string } | null {
  const failed = (why: string) => ({ isOutdated: false, why });
  const outdated = (why: string) => ({
    isOutdated: true,
    why: `${why} Bring this checkout up to date (git pull) and start \`${DESCENT} lend\` again. If the pin on main is as old, tell the swarm's maintainers to start its workflow runner-pin.`,
  });
  switch (status) {
    case 0:
      return null;
    case 1:
      return failed("GitHub's runner ended with an error.");
    case 2:
      return failed("GitHub's runner could not reach GitHub for the moment. The job is ordered again.");
    case 3:
    case 4:
      return outdated(`GitHub's runner ${version} wants to be updated, and only the pinned version may run.`);
    case 5:
      return failed(
        "Another runner is connected under this job's name: does a second client lend this machine? End one of them.",
      );
    case 7:
      return outdated(`GitHub refuses version ${version} of its runner: it is too old.`);
    default:
      return failed(`GitHub's runner ended with status ${status}.`);
  }
}
