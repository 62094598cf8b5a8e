import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError, messageOf } from '../../core/errors.ts';
import { gitEnvironment } from '../../memory/clone/git.ts';
import { placeOf } from '../../memory/clone/remote-url.ts';
import type { GitHub } from './client.ts';
import { type GitHubRemote, githubRemotes, isRepository } from './home.ts';

const run = promisify(execFile);

/** The remote that this account pushes to: its fork, or the repository itself if the account owns it. */
export async function forkOf({ clone, site, home, login, rest }: GitHub): Promise<GitHubRemote> {
  const full = `${home.owner}/${home.repo}`;
  const remotes = await githubRemotes(clone, site.host);
  const own = remotes.filter((one) => one.owner.toLowerCase() === login?.toLowerCase());
  const itself = own.find((one) => isRepository(one, full));
  if (itself) return itself;
  const marked = remotes.filter((one) => one.role === 'fork');
  const [first, ...more] = marked.length > 0 ? marked : own;
  const join = `Run \`${DESCENT} join\` once: it makes the fork.`;
  if (first === undefined) throw new CommandError(`this clone has no remote of ${login}'s to push to`, join);
  for (const { owner, repo } of [first, ...more]) {
    const { data } = await rest.repos.get({ owner, repo });
    const sources = [data.parent?.full_name, data.source?.full_name];
    if (sources.some((name) => name !== undefined && isRepository(home, name))) {
      return remotes.find((one) => one.owner === owner && one.repo === repo)!;
    }
  }
  throw new CommandError(
    `${first.owner}/${first.repo}, the remote ${first.name} of this clone, is no fork of ${full}`,
    join,
  );
}

/** Pushes a commit as a branch. The token is passed in the environment, since all users of the machine can read a command line. */
export async function push(
  github: GitHub,
  remote: GitHubRemote,
  commit: string,
  branch: string,
): Promise<void> {
  const env = { ...gitEnvironment(), ...authorisation(remote, github) };
  try {
    await run('git', ['push', '--quiet', remote.name, `${commit}:refs/heads/${branch}`], {
      cwd: github.clone.folder,
      env,
    });
  } catch (cause) {
    const said = messageOf(cause).split('\n').slice(1).join(' ').trim();
    throw new CommandError(
      `git could not push ${branch} to ${remote.name}: ${said}`,
      remedyFor(said, remote, github.site.host),
      {
        cause,
      },
    );
  }
}

function remedyFor(said: string, { name, owner, repo }: GitHubRemote, host: string): string {
  if (/publickey|Host key verification/.test(said))
    return `git pushes by ssh: give ssh its key, or git remote set-url ${name} https://${host}/${owner}/${repo}.git`;
  if (/without `?workflow`? scope|refusing to allow/.test(said))
    return `A workflow changed on main since the fork was made: bring the fork up to date (gh repo sync ${owner}/${repo}), then try again.`;
  if (/archived/.test(said))
    return `Take ${owner}/${repo} out of the archive, in its settings on GitHub, then try again.`;
  return 'Check that the token may write to the fork. If someone else moved the branch, fetch it first.';
}

/** The token is only for GitHub. When git pushes to another host, or without TLS, git's own settings decide. */
function authorisation({ pushUrl }: GitHubRemote, { token, site }: GitHub): Record<string, string> {
  if (token === null || !URL.canParse(pushUrl)) return {};
  const { protocol, origin } = new URL(pushUrl);
  if (protocol !== site.protocol || placeOf(pushUrl)?.host !== site.host) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const before = Number(process.env.GIT_CONFIG_COUNT ?? 0) || 0;
  return {
    GIT_CONFIG_COUNT: String(before + 1),
    [`GIT_CONFIG_KEY_${before}`]: `http.${origin}/.extraHeader`,
    [`GIT_CONFIG_VALUE_${before}`]: `Authorization: Basic ${basic}`,
  };
}
