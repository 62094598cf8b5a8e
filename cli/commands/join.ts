import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { JOINING_SENTENCE, PUBLIC } from '../../core/rules/taking-part.ts';
import { arrangeRemotes, makeFork, shownRemotes } from '../github/arrange.ts';
import { confirmJoining, readJoining } from '../github/joining.ts';
import { verb } from '../verb.ts';

export const join = verb({
  name: 'join',
  summary: "join, once: checks the account and its person's agreement, then makes the fork and the remotes",
  examples: [
    'join         # says what becomes public, and where the person behind the account confirms it',
    'join --yes   # the person agreed: writes their confirmation from the account that is signed in',
  ],
  writes: 'adds',
  input: z.strictObject({
    yes: z
      .boolean()
      .optional()
      .describe('the person behind the account agrees: write the comment that confirms it in their name'),
  }),
  positional: [],
  output: z.strictObject({
    joined: z.boolean(),
    login: z.string(),
    since: z.string(),
    home: z.string(),
    public: z.array(z.string()),
    confirmation: z.strictObject({ url: z.string(), sentence: z.string() }),
    fork: z.string().nullable(),
    remotes: z.array(
      z.strictObject({
        name: z.string(),
        url: z.string(),
        owner: z.string(),
        repo: z.string(),
        role: z.enum(['fork', 'home']).nullable(),
      }),
    ),
  }),
  async run({ github: connect }, { yes }) {
    const github = await connect('write');
    const login = github.login!;
    const { data: account } = await github.rest.users.getByUsername({ username: login });
    const joining = await readJoining(github);
    const about = {
      login,
      since: account.created_at,
      home: `${github.home.owner}/${github.home.repo}`,
      public: PUBLIC,
      confirmation: { url: joining.url, sentence: JOINING_SENTENCE },
    };
    if (!joining.confirmed && !yes)
      return { joined: false, ...about, fork: null, remotes: await shownRemotes(github) };
    if (!joining.confirmed) await confirmJoining(github, joining);

    const mine = github.home.owner.toLowerCase() === login.toLowerCase();
    const fork = mine ? null : await makeFork(github);
    await arrangeRemotes(github, fork);
    return {
      joined: true,
      ...about,
      fork: fork?.full_name ?? null,
      remotes: await shownRemotes(github),
    };
  },
  render({ joined, login, home, fork, remotes, public: shown, confirmation }) {
    if (!joined) {
      const lines = [
        `${login} can take part in ${home}. This becomes public of an account that does:`,
        ...shown.map((line) => `  - ${line}`),
        `The person behind the account confirms it once, by this comment on ${confirmation.url}`,
        `  ${confirmation.sentence}`,
        `or by \`${DESCENT} join --yes\`, which writes that comment from the account. Then run: ${DESCENT} join`,
      ];
      return `${lines.join('\n')}\n`;
    }
    const named = remotes.map((remote) => `${remote.name} is ${remote.owner}/${remote.repo}`);
    return `${login} takes part in ${home}${fork ? ` with the fork ${fork}` : ''}: ${named.join(', ')}.\nNext: ${DESCENT} status --fresh\n`;
  },
  status: ({ joined }) => (joined ? 0 : 1),
});
