import { CommandError } from '../../core/errors.ts';
import type { Octokit } from './connect.ts';
import { GRANT } from './explain.ts';

/** Who the token belongs to, and whether it may do all that lending needs. */

/** Classic tokens and gh's own name their rights. Others are refused by GitHub when they lack one. */
const NEEDED = { repo: 'create the repository and register runners in it', workflow: 'write its workflow' };

/** @throws CommandError that names each missing right and the command that grants it */
export async function accountOf(octokit: Octokit): Promise<{ login: string; id: number }> {
  const { data, headers } = await octokit.rest.users.getAuthenticated();
  const named = headers['x-oauth-scopes'];
  // Tokens of Apps and fine-grained ones send the header empty or not at all.
  if (named !== undefined && named.trim() !== '') {
    const has = named.split(',').map((one) => one.trim());
    const missing = Object.entries(NEEDED).filter(([right]) => !has.includes(right));
    if (missing.length > 0)
      throw new CommandError(
        `the token lacks ${missing.map(([right, why]) => `the right \`${right}\` (to ${why})`).join(' and ')}; it has ${has.join(', ')}`,
        `Grant it: ${GRANT}. For a token from GH_TOKEN or GITHUB_TOKEN, make a new one with these rights.`,
      );
  }
  return { login: data.login, id: data.id };
}
