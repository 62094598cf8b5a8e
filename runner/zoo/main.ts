import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { thisHost } from '../host.ts';
import { cheaters as allCheaters } from './member.ts';
import { repeatHonest } from './repeats.ts';
import { openZoo, type Sighting } from './zoo.ts';

/** `npm run zoo`: every cheater measured for real. Ends with 0 when all were refused or given their true loss. */

interface Options {
  only?: string[];
  honest: number;
  json?: boolean;
}

const options = new Command('zoo')
  .description(
    'Measure every cheater of runner/zoo: each must be refused as its header says, or get its true loss.',
  )
  .option('--only <names...>', 'these alone')
  .option(
    '--honest <runs>',
    'how often an honest model is scored, in batches of different shapes',
    whole,
    100,
  )
  .option('--json', 'print the result as JSON, last on standard output')
  .parse()
  .opts<Options>();

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => abort.abort(new Error(`stopped by ${signal}`)));

const repository = dirname(dirname(import.meta.dirname));
const host = thisHost(process.env);
const zoo = await openZoo(repository, host, abort.signal);
try {
  const cheaters: Sighting[] = [];
  for (const name of options.only ?? (await allCheaters())) {
    const seen = await zoo.visit(name).catch((error: Error) => notMeasured(name, error));
    cheaters.push(seen);
    console.error(
      `${seen.ok ? 'ok ' : 'NOT'} ${name.padEnd(32)} ${seen.actual}${seen.reason ? `: ${seen.reason}` : ''}`,
    );
  }
  const honest = await repeatHonest(options.honest, repository, host, abort.signal).catch((error: Error) => ({
    failed: error.message,
  }));
  console.error(
    'failed' in honest
      ? `honest: not finished: ${honest.failed}`
      : `honest: ${honest.runs} runs, ${honest.refused} refused, rounding of up to ${honest.worstNats.toFixed(4)} nats`,
  );
  // What was seen is printed even when something broke on the way.
  if (options.json) console.log(JSON.stringify({ cheaters, honest }));
  const stands = !('failed' in honest) && honest.refused === 0;
  process.exitCode = cheaters.every(({ ok }) => ok) && stands ? 0 : 1;
} finally {
  await zoo.close();
}

/** The machine failed at it, or the run was stopped: one failure does not hide what the others showed. */
function notMeasured(name: string, error: Error): Sighting {
  return { name, expected: 'a report', actual: 'not measured', ok: false, reason: error.message };
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('must be a whole number of at least 1.');
  return value;
}
