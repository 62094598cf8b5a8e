import { resolve } from 'node:path';
import { Command } from 'commander';
import { startEmulator } from './index.ts';
import { createToken, createUser } from './world/accounts.ts';
import { createRepository } from './world/repositories.ts';

/** `npm run emulator`: a small GitHub with a local repository, and instructions to use it. Runs until it is interrupted. */

const options = new Command('emulator')
  .description('Run a small GitHub on loopback over real git repositories. Its state is lost when it ends.')
  .option('--port <number>', 'the port to listen on', port, 0)
  .option('--folder <path>', 'an empty folder for the git repositories (a temporary one otherwise)')
  .option('--repository <path>', 'the local git repository to load as descent/descent', '.')
  .option('--json', 'print one line of JSON when ready: {url, repository, users: [{login, token}]}')
  .parse()
  .opts<{ port: number; folder?: string; repository: string; json?: boolean }>();

const OWNER = 'descent';
const emulator = await startEmulator({
  port: options.port,
  ...(options.folder !== undefined && { folder: resolve(options.folder) }),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => emulator.close().then(() => process.exit(0)));

try {
  const { world, url } = emulator;
  const users = [OWNER, 'nova'].map((login) => {
    const user = createUser(world, login);
    return { login, token: createToken(world, 'ghp', { kind: 'user', user }, null) };
  });
  const repository = await createRepository(
    world,
    world.user(OWNER),
    'descent',
    resolve(options.repository),
    'HEAD',
  );
  const full = `${OWNER}/${repository.name}`;
  process.stdout.write(
    options.json ? `${JSON.stringify({ url, repository: full, users })}\n` : guide(url, full, users),
  );
} catch (error) {
  process.stderr.write(`emulator: cannot load ${resolve(options.repository)}: ${(error as Error).message}\n`);
  await emulator.close();
  process.exitCode = 1;
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  process.stderr.write(`emulator: --port must be a number from 0 to 65535, not ${text}\n`);
  process.exit(2);
}

function guide(url: string, full: string, users: { login: string; token: string }[]): string {
  const agent = users[1]!;
  const withToken = url.replace('//', `//${agent.login}:${agent.token}@`);
  return `The emulator listens on ${url} with the repository ${full}.

Accounts (the token is the password for git):
${users.map(({ login, token }) => `  ${login.padEnd(10)} ${token}`).join('\n')}

Fork it and clone the fork as ${agent.login}:
  curl -X POST -H 'authorization: Bearer ${agent.token}' ${url}/repos/${full}/forks
  git clone ${withToken}/${agent.login}/descent.git

Octokit:
  new Octokit({ baseUrl: '${url}', auth: '${agent.token}' })

Open a pull request from a pushed branch:
  curl -H 'authorization: Bearer ${agent.token}' ${url}/repos/${full}/pulls \\
    -d '{"title": "My idea", "head": "${agent.login}:my-branch", "base": "main", "body": "..."}'

An App for the bot, its webhooks going to port 3000 (answers its id and private key):
  curl ${url}/_emulator/apps -d '{"slug": "descent-bot", "repository": "${full}", "webhook_url": "http://127.0.0.1:3000/api/github/webhooks", "webhook_secret": "development"}'

A machine for its workflow runs (answers a token), then the process that takes jobs:
  curl ${url}/_emulator/machines -d '{"name": "machine-1", "owner": "${users[0]!.login}", "labels": ["descent-cpu"], "repository": "${full}"}'
  node emulator/machine/main.ts --url ${url} --token TOKEN

Look at ${url}/_emulator/requests and ${url}/_emulator/deliveries. Stop with Ctrl-C.
`;
}
