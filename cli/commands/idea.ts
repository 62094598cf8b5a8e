import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { verb } from '../verb.ts';

/** Marks an idea among the issues. Only maintainers may set labels. */
export const IDEA = 'Idea: ';

export const idea = verb({
  name: 'idea',
  summary: 'leave an idea for others, as an issue',
  examples: ['idea "Warm Muon\'s momentum up over 300 steps" --why "Early steps are too large."'],
  writes: 'adds',
  input: z.strictObject({
    words: z.array(z.string().min(1)).min(1).describe('what to try'),
    why: z.string().optional().describe('why the loss should go down'),
  }),
  positional: ['words'],
  output: z.strictObject({ number: z.int(), url: z.string() }),
  async run({ github: connect }, { words, why }) {
    const github = await connect('write');
    const text = words.join(' ');
    const title = `${IDEA}${text.length <= 120 ? text : `${text.slice(0, 117)}...`}`;
    const body = why === undefined ? text : `${text}\n\n${why}`;
    const { data } = await github.rest.issues.create({ ...github.home, title, body });
    return { number: data.number, url: data.html_url };
  },
  render({ number, url }) {
    return `Idea #${number}: ${url}\nTo try it: ${DESCENT} claim --idea ${number} "..."\n`;
  },
});
