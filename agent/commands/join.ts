import { z } from 'zod';
import { remotesOf } from '../github/home.ts';
import { git } from '../memory/git.ts';
import { verb } from '../verb.ts';

const PUBLIC = [
  'your fork, your branches and pull requests, with their titles, descriptions and code, under the MIT licence',
  'the record of every experiment in your name: hypothesis, diff, losses, verdict; it stays in git for good',
  'your comments, claims, ideas and insights',
];

export const join = verb({
  name: 'join',
  summary: 'once: checks that the account can act, makes the fork and the remotes of this clone',
  examples: ['descent join', 'descent join --yes'],
  writes: true,
  input: z.strictObject({
    yes: z.boolean().optional().describe('the person behind the account has read what is public and agrees'),
  }),
  positional: [],
  async run({ context, github: connect }, { yes }) {
    const github = await connect('write');
    const login = github.login!;
    const { data: account } = await github.rest.users.getByUsername({ username: login });
    const about = {
      login,
      since: account.created_at,
      home: `${github.home.owner}/${github.home.repo}`,
      public: PUBLIC,
    };
    if (!yes) return { joined: false, ...about, fork: null, remotes: await remotesOf(context.cwd) };

    const mine = github.home.owner.toLowerCase() === login.toLowerCase();
    const fork = mine ? null : (await github.rest.repos.createFork(github.home)).data;
    if (fork) await arrange(context.cwd, fork.clone_url, login);
    return { joined: true, ...about, fork: fork?.full_name ?? null, remotes: await remotesOf(context.cwd) };
  },
  render({ joined, login, home, fork, remotes, public: shown }) {
    if (!joined) {
      const lines = [
        `${login} can take part in ${home}. This will be public:`,
        ...shown.map((line) => `  - ${line}`),
      ];
      return `${[...lines, 'When the person behind the account agrees: descent join --yes'].join('\n')}\n`;
    }
    const named = remotes.map((remote) => `${remote.name} is ${remote.owner}/${remote.repo}`);
    return `${login} takes part in ${home}${fork ? ` with the fork ${fork}` : ''}: ${named.join(', ')}.\nNext: descent status --fresh\n`;
  },
  status: ({ joined }) => (joined ? 0 : 1),
});

/** `upstream` is the repository, `origin` the fork. */
async function arrange(folder: string, fork: string, login: string): Promise<void> {
  const remotes = await remotesOf(folder);
  if (remotes.some((remote) => remote.owner.toLowerCase() === login.toLowerCase())) return;
  if (!remotes.some((remote) => remote.name === 'upstream'))
    await git(folder, ['remote', 'rename', 'origin', 'upstream']);
  const name = remotes.some(
    (remote) => remote.name === 'origin' && remotes.some((one) => one.name === 'upstream'),
  )
    ? 'fork'
    : 'origin';
  await git(folder, ['remote', 'add', name, fork]);
}
