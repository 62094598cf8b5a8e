import { join } from 'node:path';
import { Command } from 'commander';
import { thisHost } from '../../runner/host.ts';
import { bitsOf, bpbOf, errorsOf, passBits, TEXT_BYTES } from './bits.ts';
import { MEANS } from './means.ts';
import { openChannels } from './measure.ts';

/** `npm run bench:channels [-- --json]`: what can one sandbox of a job pass to the next? (docs/security.md) */

const COUNT = 1000;
const values = new Command('npm run bench:channels --')
  .description(
    "Measures how many random bits one sandbox of a job can tell the next by each known means, on this machine's own sandbox.",
  )
  .option('--json', 'print one JSON document on standard output, everything else on standard error')
  .parse()
  .opts<{ json?: boolean }>();
const say = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);

say('Random bits, written by one sandbox and read by the next, by each known means.');
say(`${'means'.padEnd(40)} ${'sent'.padStart(5)} ${'wrong'.padStart(7)} ${'arrive'.padStart(7)}`);
const means: { name: string; bits: number; errors: number; bitsInPass: number }[] = [];
const channels = await openChannels(join(import.meta.dirname, '..', '..'), thisHost(process.env));
try {
  for (const one of MEANS) {
    const heard = await channels.send(one, COUNT);
    const errors = errorsOf(heard);
    const bitsInPass = passBits(one, heard);
    const bits = one.inherent ? bitsInPass : bitsOf(heard);
    means.push({ name: one.name, bits, errors, bitsInPass });
    say(
      `${one.name.padEnd(40)} ${String(heard.sent.length).padStart(5)} ${errors.toFixed(3).padStart(7)} ${bits.toFixed(1).padStart(7)}`,
    );
  }
} finally {
  await channels.close();
}
const all = means.reduce((sum, { bitsInPass }) => sum + bitsInPass, 0);
const bounds = { h100: bpbOf(all, TEXT_BYTES.h100), cpu: bpbOf(all, TEXT_BYTES.cpu) };
say(
  `Over a whole pass all together ${all.toFixed(1)} bits: at most ${bounds.h100.toExponential(1)} bpb on h100, ${bounds.cpu.toExponential(1)} on cpu.`,
);
if (values.json)
  process.stdout.write(`${JSON.stringify({ means, bpbBound: bounds.h100, bpbBounds: bounds })}\n`);
