import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { VERDICTS, type Verdict, verdictSchema } from '../../core/formats/run.ts';
import { inert, inertLine } from '../../core/text/harmless/terminal.ts';
import { count } from '../../core/text/plural.ts';
import { archivedHome, type GitHub } from '../github/client.ts';
import { pullAndCheck } from '../github/overall-check.ts';
import { verb } from '../verb.ts';

const MINUTES = 60;

export const watch = verb({
  name: 'watch',
  summary: `follow a pull request until its verdict, at most ${MINUTES} minutes; exit status 0: it improved, 1: it did not, 2: not decided in time, 3: adopted as a guess, not certified yet`,
  examples: [
    'watch 42',
    'watch 42 --minutes 600',
    'watch 42 --certified   # goes on after it is adopted, until its chain is certified or refuted',
    'watch 42 --seconds 60 --json',
  ],
  input: z.strictObject({
    pull: z.int().positive().describe('number of the pull request'),
    seconds: z.number().min(1).default(15).describe('seconds between two checks'),
    minutes: z.number().positive().default(MINUTES).describe('stop waiting after this many minutes'),
    certified: z
      .boolean()
      .optional()
      .describe('adopted is not the end: wait until it is certified or refuted'),
  }),
  positional: ['pull'],
  output: z.strictObject({
    pull: z.int(),
    done: z.boolean(),
    state: z.enum(['open', 'closed']),
    merged: z.boolean(),
    verdict: verdictSchema.nullable(),
    progress: z.string(),
    timedOut: z.boolean(),
    minutes: z.number(),
    comment: z.string().nullable(),
  }),
  async run({ context, github: connect, limitSeconds }, { pull, seconds, minutes: asked, certified }) {
    const github = await connect();
    const minutes = Math.min(asked, limitSeconds / 60);
    const until = context.now().getTime() + minutes * 60_000;
    let comment: string | null = null;
    for (let said = ''; ; ) {
      const { archived, ...seen } = await look(github, pull);
      const waits = certified === true && seen.verdict === 'adopted' && seen.state === 'open';
      const now = { ...seen, done: seen.done && !waits };
      if (archived && !now.done) throw archivedHome(github.home);
      // The bot's comment is read again when there is news. It explains a wait, and what can end it.
      if (now.progress !== said) {
        context.err(`#${pull} ${inertLine(now.progress)}\n`);
        comment = await botComment(github, pull);
        if (!now.done && !now.progress.startsWith('measuring')) context.err(reasonIn(comment));
      }
      said = now.progress;
      const left = until - context.now().getTime();
      if (now.done || left <= 0) return { pull, ...now, timedOut: !now.done, minutes, comment };
      await context.sleep(Math.min(seconds * 1000, left));
    }
  },
  render({ pull, verdict, merged, progress, timedOut, minutes, comment }) {
    const said = `${inert(comment ?? '')}\n`;
    if (!timedOut) {
      const next = verdict === null ? undefined : NEXT[verdict];
      const word =
        verdict === 'adopted' ? 'adopted as a guess, not certified' : (verdict ?? inertLine(progress));
      return `#${pull} ${word}${merged ? ', merged' : ''}\n${said}${next === undefined ? '' : `${next}\n`}`;
    }
    const waited = minutes < 1 ? 'yet' : `after ${count(Math.round(minutes), 'minute')}`;
    return `#${pull} is not decided ${waited}: ${inertLine(progress)}\n${said}To go on waiting: ${DESCENT} watch ${pull}\n`;
  },
  status: ({ verdict, done }) => (!done ? 2 : verdict === 'improved' ? 0 : verdict === 'adopted' ? 3 : 1),
});

/** What comes after a verdict that is not the last word. */
const NEXT: Partial<Record<Verdict, string>> = {
  adopted: `Next: build on it (\`${DESCENT} best --write --fresh\`). It is certified or refuted with the chain it is in; the pull request stays open until then, and does not count against your limit.`,
  'not-held': `The chain it was in was measured again and did not hold. \`${DESCENT} best --write --fresh\` has the file to build on now; put the change onto it with \`${DESCENT} rebase\` if you still believe in it.`,
};

/** Whether a pull request has its verdict, and what happens until then. */
export async function look(github: GitHub, pull: number) {
  const { pull: data, check } = await pullAndCheck(github, pull);
  const labels = data.labels.map((label) => label.name);
  const found = VERDICTS.find((name) => labels.includes(name)) ?? null;
  const verdict: Verdict | null = data.merged ? 'improved' : found;
  const waits = labels.includes('needs-work') && data.state === 'open';
  const done = verdict !== null || data.state === 'closed' || waits;
  const title =
    check?.output.title ?? (data.draft ? 'is a draft: a claim, not measured' : 'not seen by the bot yet');
  const { archived } = data.base.repo;
  return { done, state: data.state, merged: data.merged, verdict, progress: title, archived };
}

/** Only an App's comment counts: anyone can write the marker. */
async function botComment(github: GitHub, pull: number): Promise<string | null> {
  const list = { ...github.home, issue_number: pull, per_page: 100 };
  const comments = await github.paginate(github.rest.issues.listComments, list);
  const own = comments.filter((one) => one.user?.type === 'Bot' && one.body?.startsWith(COMMENT_TAG));
  return own.at(-1)?.body?.slice(COMMENT_TAG.length).trim() ?? null;
}

/** The sentences of the bot's comment, without its heading and its tables. */
function reasonIn(comment: string | null): string {
  const sentences = (comment ?? '')
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '' && !/^\s*(#|\||<|```|!\[)/.test(part));
  return sentences
    .slice(0, 3)
    .map((part) => `  ${inertLine(part, 500)}\n`)
    .join('');
}
