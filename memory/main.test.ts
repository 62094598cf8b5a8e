import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { gitBlob } from '../core/git-blob.ts';
import { record, stage, TRAIN } from '../testing/clone/clone.ts';
import { questions } from './questions.ts';

const require = createRequire(import.meta.url);
const MAIN = require.resolve('./main.ts');
const HALVED = TRAIN.replace('64', '32');

/** Asks as the bot does: in a child process that stands in a clone. */
async function asked(results: Parameters<typeof stage>[0], question: unknown) {
  const { clone, folder } = await stage(results);
  const env = { DESCENT_CACHE: join(folder, 'cache') };
  return execa(process.execPath, [MAIN], { cwd: clone, input: JSON.stringify(question), env, reject: false });
}

test('open pull requests are compared by their words and their files, results by their diffs', async () => {
  const proposal = (number: number, size: string, hypothesis: string) => ({
    number,
    title: `Batch ${size}`,
    url: `https://github.com/swarm/descent/pull/${number}`,
    body: `## Hypothesis\n${hypothesis}\n`,
    text: TRAIN.replace('64', size),
  });
  const { stdout } = await asked([], {
    kind: 'similar',
    text: HALVED,
    hypothesis: 'Halving the batch doubles the number of steps, and we lack steps.',
    track: null,
    open: [
      proposal(7, '16', 'Quarter it, and see.'),
      proposal(8, '64\nSEED = 1', 'Halving the batch doubles the steps that we lack.'),
      proposal(9, '64\nDEPTH = 9', 'A cosine schedule ends lower.'),
    ],
  });
  const { open } = questions.similar.answer.parse(JSON.parse(stdout));
  expect(new Map(open.map((one) => [one.pull, one.diff >= one.hypothesis]))).toEqual(
    new Map([
      [7, true],
      [8, false],
    ]),
  );
});

test('the pages show what is on record', async () => {
  const tried = record(7, { blob: gitBlob(HALVED), title: 'Halve the batch' });
  const { stdout } = await asked([tried], { kind: 'pages' });
  const { page, plot } = questions.pages.answer.parse(JSON.parse(stdout));
  expect(page).toContain('Halve the batch');
  expect(plot).toContain('<svg');
});

test('a question that is none is refused, with the key that is wrong', async () => {
  const { exitCode, stderr } = await asked([], { kind: 'similar', text: 7 });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('hypothesis');
});
