import { z } from 'zod';
import { verb } from '../verb.ts';

export const insight = verb({
  name: 'insight',
  summary: 'write down what an experiment taught; it goes into its record',
  examples: ['descent insight 42 "The gain was the warm-up: without it the same batch regressed."'],
  writes: true,
  input: z.strictObject({
    pull: z.int().positive().describe('number of the pull request'),
    words: z.array(z.string().min(1)).min(1).describe('what we learned'),
  }),
  positional: ['pull', 'words'],
  async run({ github: connect }, { pull, words }) {
    const github = await connect('write');
    const body = `/insight ${words.join(' ')}`;
    const { data } = await github.rest.issues.createComment({ ...github.home, issue_number: pull, body });
    return { pull, url: data.html_url };
  },
  render({ url }) {
    return `${url}\n`;
  },
});
