import { CommandError } from '../../core/errors.ts';
import { CONFIG_PATH, type Config, parseConfig } from '../../core/formats/config.ts';
import type { Octokit } from './connect.ts';
import { orNull, textAt } from './place.ts';

/** The main repository, as GitHub shows it to anybody. */
export interface Swarm {
  /** OWNER/REPOSITORY, in GitHub's own spelling. */
  name: string;
  /** The newest commit of its default branch. */
  head: string;
  config: Config;
  /** The App's name in its address. */
  app: string;
}

/** @throws CommandError where there is no such repository, or it takes no lent machines */
export async function readSwarm(octokit: Octokit, name: string): Promise<Swarm> {
  const [owner = '', repo = ''] = name.split('/');
  const found = await orNull(octokit.rest.repos.get({ owner, repo }));
  if (found === null)
    throw new CommandError(
      `GitHub shows no repository ${name}`,
      'Check the remote of this clone: git remote -v. A swarm is a public repository.',
    );
  const at = { owner: found.owner.login, repo: found.name };
  const branch = await octokit.rest.repos.getBranch({ ...at, branch: found.default_branch });
  const head = branch.data.commit.sha;
  const text = await textAt(octokit, { owner: at.owner, name: at.repo, branch: head }, CONFIG_PATH);
  const parsed = text === null ? null : parseConfig(text);
  if (parsed === null || !parsed.ok)
    throw new CommandError(
      `${found.full_name} has no ${CONFIG_PATH} that can be read${parsed === null ? '' : `: ${parsed.problems[0]}`}`,
      'Tell its maintainers: it takes no machines until that is fixed.',
    );
  const app = parsed.value.lending?.app;
  if (app === undefined)
    throw new CommandError(
      `${found.full_name} takes no lent machines: ${CONFIG_PATH} has no key \`lending\``,
      'Ask its maintainers to turn it on (docs/operating.md), or lend by a runner that they register.',
    );
  return { name: found.full_name, head, config: parsed.value, app };
}
