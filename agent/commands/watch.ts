import { z } from 'zod';
import { COMMENT_TAG } from '../../app/model/tag.ts';
import { VERDICTS, type Verdict } from '../../results/schema.ts';
import type { GitHub } from '../github/client.ts';
import { inert, inertLine } from '../inert.ts';
import { verb } from '../verb.ts';

export const watch = verb({
  name: 'watch',
  summary:
    'follow a request until its verdict; exit status 0 when it improved, 1 when it did not, 2 when it is not decided in time',
  examples: ['descent watch 42', 'descent watch 42 --seconds 60 --json'],
  input: z.strictObject({
    pull: z.int().positive().describe('number of the pull request'),
    seconds: z.number().min(1).default(15).describe('between two looks'),
    minutes: z.number().positive().default(1440).describe('give up after this long'),
  }),
  positional: ['pull'],
  async run({ context, github: connect }, { pull, seconds, minutes }) {
    const github = await connect();
    const until = context.now().getTime() + minutes * 60_000;
    for (let said = ''; ; ) {
      const now = await look(github, pull);
      if (now.progress !== said) context.err(`#${pull} ${inertLine(now.progress)}\n`);
      said = now.progress;
      if (now.done || context.now().getTime() >= until) return { pull, ...now };
      await context.sleep(seconds * 1000);
    }
  },
  render(value) {
    return `#${value.pull} ${value.verdict ?? inertLine(value.progress)}${value.merged ? ', merged' : ''}\n${inert(value.comment ?? '')}\n`;
  },
  status: ({ verdict, done }) => (verdict === 'improved' ? 0 : done ? 1 : 2),
});

async function look(github: GitHub, pull: number) {
  const at = { ...github.home, pull_number: pull };
  const { data } = await github.rest.pulls.get(at);
  const labels = data.labels.map((label) => label.name);
  const found = VERDICTS.find((name) => labels.includes(name)) ?? null;
  const verdict: Verdict | null = data.merged ? 'improved' : found;
  const waits = labels.includes('needs-work') && data.state === 'open';
  const done = verdict !== null || data.state === 'closed' || waits;
  const checks = await github.rest.checks.listForRef({
    ...github.home,
    ref: data.head.sha,
    check_name: 'descent',
  });
  const title =
    checks.data.check_runs[0]?.output.title ??
    (data.draft ? 'is a draft: a claim, not measured' : 'not seen by the bot yet');
  return {
    done,
    state: data.state,
    merged: data.merged,
    verdict,
    progress: title,
    comment: done ? await botComment(github, pull) : null,
  };
}

/** Only an App's comment counts: anybody can write the marker. */
async function botComment(github: GitHub, pull: number): Promise<string | null> {
  const list = { ...github.home, issue_number: pull, per_page: 100 };
  const comments = await github.paginate(github.rest.issues.listComments, list);
  const own = comments.filter((one) => one.user?.type === 'Bot' && one.body?.startsWith(COMMENT_TAG));
  return own.at(-1)?.body?.slice(COMMENT_TAG.length).trim() ?? null;
}
