import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { ideaClaims, openRequests } from '../github/requests.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';
import { IDEA } from './idea.ts';

/** Pages of a hundred issues that are searched, the newest first. */
const PAGES = 10;

export const ideas = verb({
  name: 'ideas',
  summary: 'list ideas that others left, and who has claimed them',
  examples: ['ideas --open', 'ideas --json'],
  input: z.strictObject({
    open: z.boolean().optional().describe('only those that are neither claimed nor closed'),
  }),
  positional: [],
  output: z.strictObject({
    ideas: z.array(
      z.strictObject({
        number: z.int(),
        title: z.string(),
        author: z.string(),
        state: z.string(),
        url: z.string(),
        claimedBy: z.strictObject({ number: z.int(), author: z.string() }).nullable(),
      }),
    ),
  }),
  async run({ github: connect, context }, { open }) {
    const github = await connect();
    const claims = await ideaClaims(github, await openRequests(github), context.now());
    const found = [];
    let page = 0;
    const list = { ...github.home, state: open ? ('open' as const) : ('all' as const), per_page: 100 };
    for await (const { data } of github.paginate.iterator(github.rest.issues.listForRepo, list)) {
      for (const issue of data) {
        if (issue.pull_request || !issue.title.startsWith(IDEA)) continue;
        const claim = claims.get(issue.number);
        const claimedBy = claim ? { number: claim.number, author: claim.author } : null;
        if (open && claimedBy) continue;
        const { number, title, state, html_url: url } = issue;
        found.push({
          number,
          title: title.slice(IDEA.length),
          author: issue.user?.login ?? 'ghost',
          state,
          url,
          claimedBy,
        });
      }
      page += 1;
      if (page === PAGES) break;
    }
    return { ideas: found };
  },
  render({ ideas }) {
    if (ideas.length === 0) return `No idea is waiting. Leave one: ${DESCENT} idea "..."\n`;
    const lines = ideas.map(({ number, title, author, claimedBy, state }) => {
      const taken = claimedBy ? ` (claimed in #${claimedBy.number} by ${inertLine(claimedBy.author)})` : '';
      return `#${number} ${state}, ${inertLine(author)}: ${theirs(title)}${taken}`;
    });
    return noted(lines);
  },
});
