import { z } from 'zod';
import { CommandError } from '../../core/errors.ts';
import type { GitHub } from '../github/client.ts';
import { verb } from '../verb.ts';
import { look } from './watch.ts';

/** The longest insight that a result takes, in characters. */
const LENGTH = 2000;

export const insight = verb({
  name: 'insight',
  summary: 'write down what an experiment taught; it becomes part of its result',
  examples: ['insight 42 "The gain was the warm-up: without it the same batch regressed."'],
  writes: 'adds',
  input: z.strictObject({
    pull: z.int().positive().describe('number of the pull request'),
    words: z.array(z.string().min(1)).min(1).describe('what we learned'),
  }),
  positional: ['pull', 'words'],
  output: z.strictObject({ pull: z.int(), url: z.string(), waits: z.boolean().nullable() }),
  async run({ github: connect }, { pull, words }) {
    const text = words.join(' ').trim();
    if (text.length > LENGTH)
      throw new CommandError(
        `the insight has ${text.length} characters; a result takes ${LENGTH}`,
        'Shorten it, or write several.',
      );
    const github = await connect('write');
    const body = `/insight ${text}`;
    const { data } = await github.rest.issues.createComment({ ...github.home, issue_number: pull, body });
    return { pull, url: data.html_url, waits: await isUndecided(github, pull) };
  },
  render({ pull, url, waits }) {
    return waits
      ? `${url}\nIt waits for the verdict of #${pull}. Then the bot adds it to the result.\n`
      : `${url}\n`;
  },
});

/** Null when GitHub does not say. The comment is already written, and an error would make the caller write it again. */
async function isUndecided(github: GitHub, pull: number): Promise<boolean | null> {
  return await look(github, pull).then(
    ({ verdict, state }) => verdict === null && state === 'open',
    () => null,
  );
}
