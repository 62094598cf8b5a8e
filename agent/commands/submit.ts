import { z } from 'zod';
import { TRAIN_PATH } from '../../app/decide/eligibility.ts';
import { parseDescription } from '../../app/intake/description.ts';
import { descriptionInput } from '../description.ts';
import type { GitHub } from '../github/client.ts';
import { commitFiles, currentBranch, forkOf, push, slug, startBranch } from '../github/fork.ts';
import { ideaLine, ideaOf, openRequests } from '../github/requests.ts';
import { git } from '../memory/git.ts';
import { verb } from '../verb.ts';
import { check, inspect } from './check.ts';
import { proposalsNow } from './similar.ts';

export const submit = verb({
  name: 'submit',
  summary: 'open the pull request, or make a claim ready, after the same checks as `descent check`',
  examples: [
    'descent submit --title "Halve the batch" --hypothesis "More steps at the same budget." --change "2**19 -> 2**18"',
    'descent submit --description request.md',
  ],
  writes: true,
  input: z.strictObject({
    title: z.string().min(1).max(200).optional().describe('the change otherwise, or the hypothesis'),
    ...descriptionInput,
  }),
  positional: [],
  async run({ context, github: connect, memory: open, fresh }, { title: given, ...said }) {
    const github = await connect('write');
    using memory = await open();
    const proposals = await proposalsNow(context, fresh ? github : null);
    const checked = await inspect(memory, context.cwd, said, proposals);
    if (!checked.ok || checked.description === null)
      return { submitted: false as const, number: null, url: null, checked };
    const title = given ?? titleOf(checked.description);

    const branch = await ownBranch(context.cwd, title);
    const changed = await git(context.cwd, ['status', '--porcelain', '--', TRAIN_PATH]);
    if (changed !== '') await commitFiles(context.cwd, github.login!, title, [TRAIN_PATH]);
    await push(context.cwd, github, await forkOf(context.cwd, github.login!), 'HEAD', branch);
    const { number, url } = await request(github, branch, title, checked.description);
    return { submitted: true as const, number, url, checked };
  },
  render(value) {
    const alike = value.checked.similar.length + value.checked.open.length;
    const before = value.submitted && alike === 0 ? '' : check.render(value.checked);
    return value.submitted
      ? `${before}#${value.number} is open: ${value.url}\nNext: descent watch ${value.number}\n`
      : before;
  },
  status: ({ submitted }) => (submitted ? 0 : 1),
});

function titleOf(description: string): string {
  const parsed = parseDescription(description);
  const text = parsed.ok ? (parsed.value.change ?? parsed.value.hypothesis) : 'Experiment';
  const [line = ''] = text.split('\n');
  return line.length <= 70 ? line : `${line.slice(0, 67)}...`;
}

/** Main is never pushed: work done there moves to a branch of its own. */
async function ownBranch(folder: string, title: string): Promise<string> {
  const branch = await currentBranch(folder);
  if (branch !== null && branch !== 'main') return branch;
  const name = `try-${slug(title)}`;
  await startBranch(folder, name, 'HEAD');
  return name;
}

/** A new request, or the one that is open for the branch, with this title and text, out of draft. */
async function request(github: GitHub, branch: string, title: string, body: string) {
  const open = (await openRequests(github)).find(
    (one) => one.branch === branch && one.author === github.login,
  );
  if (open === undefined) {
    const head = `${github.login}:${branch}`;
    const { data } = await github.rest.pulls.create({ ...github.home, title, body, head, base: 'main' });
    return { number: data.number, url: data.html_url };
  }
  const idea = ideaOf(open.body);
  const text = idea === null ? body : `${body}\n${ideaLine(idea)}\n`;
  await github.rest.pulls.update({ ...github.home, pull_number: open.number, title, body: text });
  if (open.draft) {
    const ready = `mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { id } } }`;
    await github.graphql(ready, { id: open.nodeId });
  }
  return { number: open.number, url: open.url };
}
