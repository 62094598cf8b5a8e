import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { parseDescription } from '../../core/formats/description.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { needFiles } from '../../memory/clone/clone.ts';
import { resolve } from '../../memory/clone/git.ts';
import type { Memory } from '../../memory/memory.ts';
import { beginAt, continueFrom, judgedOver, sharedTips } from '../clone/begin.ts';
import { advance, branchName, commitFile, isOn, moveTo } from '../clone/branch.ts';
import { descriptionInput, descriptionOf } from '../description.ts';
import type { GitHub } from '../github/client.ts';
import { forkOf, push } from '../github/fork.ts';
import { ideaLine, ideaOf } from '../github/requests.ts';
import { type Standing, standingOf } from '../github/standing.ts';
import { verb } from '../verb.ts';
import { readProposal } from '../working-tree.ts';
import { check, inspect, inspectedSchema } from './check.ts';
import { proposalsNow } from './similar.ts';

export const submit = verb({
  name: 'submit',
  summary: `open the pull request, or make a claim ready, after the same checks as \`${DESCENT} check\``,
  examples: [
    'submit --title "Halve the batch" --hypothesis "More steps at the same budget." --change "2**19 -> 2**18"',
    'submit --description pull-request.md',
    'submit --certified --hypothesis "..."   # the file was changed from the record',
    "submit --update   # replaces the file of this branch's open pull request, and keeps its words",
  ],
  writes: 'replaces',
  input: z.strictObject({
    title: z.string().min(1).max(200).optional().describe('default: the change, or else the hypothesis'),
    update: z
      .boolean()
      .optional()
      .describe("replace the file of this branch's open pull request, and the words that you give"),
    certified: z
      .boolean()
      .optional()
      .describe('the file was changed from the record, whatever this clone knows of it'),
    ...descriptionInput,
  }),
  positional: [],
  output: z.union([
    z.strictObject({
      submitted: z.literal(true),
      action: z.enum(['opened', 'readied', 'updated']),
      number: z.int(),
      url: z.string(),
      branch: z.string(),
      stayed: z.string().nullable(),
      checked: inspectedSchema,
    }),
    z.strictObject({
      submitted: z.literal(false),
      action: z.null(),
      number: z.null(),
      url: z.null(),
      checked: inspectedSchema,
    }),
  ]),
  async run(setting, { title: given, update, certified, ...said }) {
    const { context, github: connect, memory: open, fresh } = setting;
    const github = await connect('write');
    const { clone, login } = github;
    needFiles(clone);
    const fork = await forkOf(github);
    using memory = await open();
    const main = memory.repository.commit;
    const standing = await standingOf(github, fork);
    const request = wanted(standing, update === true);

    const body = (await descriptionOf(said, setting.reads)) ?? (update ? (request?.body ?? null) : null);
    const track = trackOf(body, memory);
    const base = await judgedOver(memory, track, certified === true);
    const starts = standing.branch === null;
    const parent = !starts
      ? await tip(clone.folder)
      : base === null
        ? main
        : await beginAt(memory, track, login!, base);
    const from = starts ? parent : undefined;
    const proposal = await readProposal(clone, main, from);
    const proposals = await proposalsNow(context, github, fresh);
    const checked = await inspect(memory, body, proposal, proposals, certified === true);
    if (!checked.ok || body === null || proposal.file === null)
      return { submitted: false as const, action: null, number: null, url: null, checked };
    const title = given ?? (request && !request.draft ? request.title : titleOf(body));

    const branch = standing.branch ?? branchName('try', title, context.now());
    const onBase = base === null ? parent : await continueFrom(memory, track, login!, { parent, base });
    const isThere = (await resolve(clone.folder, `${onBase}:${TRAIN_PATH}`)) === proposal.file.oid;
    const file = { path: TRAIN_PATH, text: proposal.file.text!, parent: onBase, message: title };
    const commit =
      isThere && !(await isOn(clone, await sharedTips(memory, track), onBase))
        ? onBase
        : await commitFile(clone, login!, file);
    if ((await resolve(clone.folder, `${commit}:${TRAIN_PATH}`)) !== checked.blob)
      throw new CommandError(
        'the commit does not hold the file that was checked',
        'Nothing was pushed. Try again.',
      );
    let stayed: string | null = null;
    if (standing.branch === null) stayed = await moveTo(clone, branch, commit, TRAIN_PATH);
    else if (commit !== parent) await advance(clone, commit, TRAIN_PATH);
    await push(github, fork, commit, branch);
    const made = await (request
      ? edit(github, request, title, body)
      : create(github, fork.owner, branch, title, body));
    return { submitted: true as const, ...made, branch, stayed, checked };
  },
  render(value) {
    const alike = value.checked.similar.length + value.checked.open.length + value.checked.warnings.length;
    const before = value.submitted && alike === 0 ? '' : check.render(value.checked);
    if (!value.submitted) return before;
    const { number, action, url, branch, stayed } = value;
    const behind =
      stayed === null
        ? ''
        : `This clone stayed on its branch; the pull request is on ${branch}. Git did not switch: ${stayed}\n`;
    return `${before}#${number} ${SAID[action]}: ${url}\n${behind}Next: ${DESCENT} watch ${number}\n`;
  },
  status: ({ submitted }) => (submitted ? 0 : 1),
});

const SAID = { opened: 'is open', readied: 'is open and no longer a claim', updated: 'is updated' } as const;

/** The pull request that this call changes; null when it opens one. */
function wanted({ branch, open }: Standing, update: boolean): Standing['open'] {
  if (open === null && update)
    throw new CommandError(
      'this branch has no open pull request to update',
      'Leave out --update to open a new one.',
      {
        status: 1,
      },
    );
  if (open === null || open.draft || update) return open;
  throw new CommandError(
    `#${open.number} of the branch ${branch} is open already: ${open.url}`,
    `--update replaces its file. Another experiment needs a branch of its own: ${DESCENT} claim "...", or git switch main`,
    { status: 1 },
  );
}

/** The track that is measured first. */
function trackOf(body: string | null, { leaderboard }: Memory): string {
  const description = parseDescription(body ?? '');
  return (description.ok ? description.value.tracks[0] : undefined) ?? leaderboard.primary;
}

async function tip(folder: string): Promise<string> {
  return (await resolve(folder, 'HEAD'))!;
}

function titleOf(description: string): string {
  const parsed = parseDescription(description);
  const text = parsed.ok ? (parsed.value.change ?? parsed.value.hypothesis) : 'Experiment';
  const [line = ''] = text.split('\n');
  return line.length <= 70 ? line : `${line.slice(0, 67)}...`;
}

async function create(github: GitHub, owner: string, branch: string, title: string, body: string) {
  const head = `${owner}:${branch}`;
  const { data } = await github.rest.pulls.create({ ...github.home, title, body, head, base: 'main' });
  return { action: 'opened' as const, number: data.number, url: data.html_url };
}

/** Sets title and text, and ends the draft. */
async function edit(github: GitHub, open: NonNullable<Standing['open']>, title: string, body: string) {
  const idea = ideaOf(open.body);
  const text = idea === null || ideaOf(body) === idea ? body : `${body}\n${ideaLine(idea)}\n`;
  await github.rest.pulls.update({ ...github.home, pull_number: open.number, title, body: text });
  if (open.draft) {
    const ready = `mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { id } } }`;
    await github.graphql(ready, { id: open.nodeId });
  }
  const action = open.draft ? ('readied' as const) : ('updated' as const);
  return { action, number: open.number, url: open.url };
}
