import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { honestMain } from '../../testing/ledger/honest.ts';
import { tryAll } from '../../testing/ledger/zoo.ts';
import { whole } from '../whole.ts';
import { streamOf } from './synthetic.ts';

/** How long `descent ledger verify` takes over a long history, and whether it finds what forgers do to a short one. */

const MAIN = createRequire(import.meta.url).resolve('../../cli/main.ts');

const program = new Command('npm run bench:ledger --')
  .description(
    'Writes so many results with the ledger that follows, a commit each, and verifies them with the command; then once more after one commit. Then the zoo: each tampering is to be found, with its commit.',
  )
  .option('--results <n>', 'results of the history', whole(2, 'It must be a number of 2 or more.'), 100_000)
  .option('--json', 'print one JSON document')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench:ledger\n  npm run --silent bench:ledger -- --results 2000 --json',
  )
  .parse();
const { results, json } = program.opts<{ results: number; json?: boolean }>();

const folder = await mkdtemp(join(tmpdir(), 'descent-ledger-'));
try {
  say(`Writing ${results} results`);
  const clone = join(folder, 'clone');
  await execa('git', ['init', '--quiet', '--initial-branch=main', clone]);
  await execa('git', ['fast-import', '--quiet'], { cwd: clone, stdin: bytes() });
  say('Verifying them');
  const verifySeconds = (await verify(clone, 'main~1')) / 1000;
  const incrementalMs = await verify(clone, 'main');
  say('Trying the zoo');
  const tried = await tryAll(await honestMain(join(folder, 'honest')), folder);
  for (const { name } of tried.filter(({ found }) => !found)) say(`Not found: ${name}`);
  const figures = {
    results,
    verifySeconds: Math.round(verifySeconds * 10) / 10,
    incrementalMs: Math.round(incrementalMs),
    tamperings: tried.length,
    found: tried.filter(({ found }) => found).length,
  };
  if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else
    for (const [name, value] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(16)} ${value}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Milliseconds of the whole command. It fails where something does not follow. */
async function verify(clone: string, ref: string): Promise<number> {
  const start = performance.now();
  const env = { DESCENT_CACHE: join(folder, 'cache') };
  await execa(process.execPath, [MAIN, 'ledger', 'verify', '--ref', ref], { cwd: clone, env });
  return performance.now() - start;
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (const part of streamOf(results)) yield Buffer.from(part);
}

function say(text: string): void {
  process.stderr.write(`${text} ...\n`);
}
