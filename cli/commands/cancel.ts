import { z } from 'zod';
import { CommandError } from '../../core/errors.ts';
import { verb } from '../verb.ts';

export const cancel = verb({
  name: 'cancel',
  summary: 'withdraw an open pull request or a claim: the bot stops measuring it and closes it',
  examples: ['cancel 42'],
  writes: 'replaces',
  input: z.strictObject({ pull: z.int().positive().describe('number of the pull request') }),
  positional: ['pull'],
  output: z.strictObject({ pull: z.int(), url: z.string() }),
  async run({ github: connect }, { pull }) {
    const github = await connect('write');
    const { data: request } = await github.rest.pulls.get({ ...github.home, pull_number: pull });
    if (request.state === 'closed')
      throw new CommandError(`#${pull} is closed already`, 'There is nothing to withdraw.', { status: 1 });
    const comment = { ...github.home, issue_number: pull, body: '/cancel' };
    const { data } = await github.rest.issues.createComment(comment);
    return { pull, url: data.html_url };
  },
  render({ pull, url }) {
    return `If #${pull} is yours, the bot closes it when it reads this comment: ${url}\n`;
  },
});
