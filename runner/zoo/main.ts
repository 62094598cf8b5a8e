import { dirname } from 'node:path';
import { Command } from 'commander';
import { thisHost } from '../host.ts';
import { members, openZoo, type Sighting } from './zoo.ts';

/** `npm run zoo`: every cheater measured for real. Ends with 0 when all were refused or given their true loss. */

interface Options {
  only?: string[];
  honest: string;
  json?: boolean;
}

const options = new Command('zoo')
  .description('Measure every cheater of runner/zoo: refused as its header says, or given its true loss.')
  .option('--only <names...>', 'these alone')
  .option('--honest <runs>', 'how often the honest file is measured again', '1')
  .option('--json', 'print the result as JSON, last on standard output')
  .parse()
  .opts<Options>();

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => abort.abort(new Error(`stopped by ${signal}`)));

const zoo = await openZoo(dirname(dirname(import.meta.dirname)), thisHost(process.env), abort.signal);
try {
  const names = (options.only ?? (await members())).filter((name) => name !== 'honest');
  const cheaters: Sighting[] = [];
  for (const name of names) {
    const seen = await zoo.visit(name);
    cheaters.push(seen);
    console.error(
      `${seen.ok ? 'ok ' : 'NOT'} ${name.padEnd(32)} ${seen.actual}${seen.reason ? `: ${seen.reason}` : ''}`,
    );
  }
  const honest = { runs: 1, refused: zoo.honest.outcome === 'scored' ? 0 : 1 };
  for (; honest.runs < Number(options.honest); honest.runs++) {
    if ((await zoo.visit('honest')).actual !== 'true loss') honest.refused++;
  }
  console.error(`honest: ${honest.runs} runs, ${honest.refused} refused`);
  if (options.json) console.log(JSON.stringify({ cheaters, honest }));
  process.exitCode = cheaters.every(({ ok }) => ok) && honest.refused === 0 ? 0 : 1;
} finally {
  await zoo.close();
}
