import { dirname } from 'node:path';
import { Command } from 'commander';
import { thisHost } from '../../runner/host.ts';
import { refereeMemory } from './memory.ts';
import { compareSpeed } from './speed.ts';

/** `npm run bench:scoring`: what the two passes cost beside a plain evaluation, and what the referee needs at 20 million tokens. */

const { json } = new Command('bench:scoring')
  .description(
    'Compare the two scoring passes with a plain evaluation in PyTorch, and measure the memory of the referee.',
  )
  .option('--json', 'print the result as JSON on standard output')
  .parse()
  .opts<{ json?: boolean }>();

const speed = await compareSpeed(dirname(dirname(import.meta.dirname)), thisHost(process.env));
const memory = refereeMemory();
const result = { ratio: speed.ratio, refereeMiB: memory.mebibytes };
const lines = [
  `Tokens: ${speed.tokens} in ${speed.rows} rows; probes: ${speed.probes}. Fastest of ${speed.rounds} rounds, one thread.`,
  `plain evaluation   ${speed.plainSeconds.toFixed(2)} s, val_bpb ${speed.plainBpb.toFixed(6)}`,
  `both passes        ${speed.passesSeconds.toFixed(2)} s, val_bpb ${speed.passesBpb.toFixed(6)} (claims ${speed.claimsSeconds.toFixed(2)} s, probes ${speed.probesSeconds.toFixed(2)} s)`,
  'Starting Python, importing PyTorch and loading the model are left out on both sides.',
  `ratio              ${speed.ratio.toFixed(3)} (at most 1.5)`,
  `referee            ${memory.mebibytes} MiB at its highest over ${memory.tokens} tokens and ${memory.probes} probes, ${memory.seconds.toFixed(0)} s (at most 200)`,
];
(json ? console.error : console.log)(lines.join('\n'));
if (json) console.log(JSON.stringify(result));
process.exitCode = result.ratio <= 1.5 && result.refereeMiB <= 200 ? 0 : 1;
