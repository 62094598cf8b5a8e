import { dirname, join } from 'node:path';
import type { Service } from '../install/systemd.ts';
import { flagOf, type LendOptions } from '../options.ts';
import type { LentHere } from '../settings.ts';

/** The service that lends a machine from now on: the same command as it was typed, without a terminal. */

const PROGRAM = join(dirname(dirname(import.meta.dirname)), 'cli', 'descent.mjs');

/** What the service is given of this terminal's variables. A token is never among them: units can be read. */
const KEPT = [
  ...['PATH', 'DESCENT_CACHE', 'DESCENT_SANDBOX', 'DESCENT_RUNNER_ARCHIVE', 'DESCENT_RUNNER_SHA256'],
  ...['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GH_HOST', 'GH_CONFIG_DIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'],
  ...[
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
    'NODE_EXTRA_CA_CERTS',
  ],
];

/** Options that go into the service; the others are of a single call. */
const LASTING = ['schedule', 'until', 'when', 'finish', 'price', 'follow', 'freeFor', 'hottest'] as const;

export function serviceOf(options: LendOptions, lent: LentHere, env: NodeJS.ProcessEnv): Service {
  const args = LASTING.flatMap((key) => {
    const value = options[key];
    if (value === null || value === false) return [];
    return value === true ? [flagOf(key)] : [`${flagOf(key)}=${value}`];
  });
  const [, repository = ''] = lent.repository.split('/');
  return {
    name: `descent-lend-${lent.machine}`,
    about: `Descent: lends ${lent.machine} to ${lent.swarm}`,
    command: [process.execPath, PROGRAM, 'lend', `--repository=${repository}`, ...args],
    env: Object.fromEntries(KEPT.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
}

/** What the owner should know: the service does not have this terminal's token. */
export function withoutToken(env: NodeJS.ProcessEnv): string | null {
  if (!env.GH_TOKEN && !env.GITHUB_TOKEN) return null;
  return 'The service does not get the token of GH_TOKEN or GITHUB_TOKEN: sign in with `gh auth login`, so that it finds one.';
}
