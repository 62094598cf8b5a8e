import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { alikeTo } from './likeness/alike.ts';
import { type Memory, openMemory } from './memory.ts';
import { pagesOf } from './pages/pages.ts';
import { type Answer, type Question, questionSchema } from './questions.ts';

/** The entry for the bot: one question on standard input, its answer on standard output. It runs in a clone. */

async function answer(memory: Memory, question: Question): Promise<Answer<'pages'> | Answer<'similar'>> {
  if (question.kind === 'pages') {
    const { page, topics, plot } = await pagesOf(memory);
    return { page, topics, plot };
  }
  const { similar, open } = await alikeTo(memory, question, question.open);
  return {
    results: similar.map(({ experiment, diff, hypothesis }) => ({
      pull: experiment.pull,
      blob: experiment.blob,
      track: experiment.track,
      verdict: experiment.verdict,
      valBpb: experiment.valBpb,
      incumbentBpb: experiment.incumbentBpb,
      reason: experiment.reason,
      decidedAt: experiment.decidedAt,
      title: experiment.title,
      exception: experiment.exception ?? null,
      diff,
      hypothesis,
    })),
    open: open.map(({ number, title, diff, hypothesis }) => ({ pull: number, title, diff, hypothesis })),
  };
}

const question = questionSchema.parse(JSON.parse(await text(process.stdin)));
using memory = await openMemory({
  cwd: process.cwd(),
  env: process.env,
  now: () => new Date(),
  sleep: (milliseconds) => sleep(milliseconds),
  out: (said) => process.stdout.write(said),
  err: (said) => process.stderr.write(said),
});
process.stdout.write(JSON.stringify(await answer(memory, question)));
