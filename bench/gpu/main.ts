import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { openDataset } from '../../runner/dataset.ts';
import { askerIn, describeHardware } from '../../runner/hardware.ts';
import { thisHost } from '../../runner/host.ts';
import { findPython } from '../../runner/sandbox/python.ts';
import { filesOf, type Measured } from '../card/files.ts';
import { type Run, runOnce, trainShare } from '../card/measured.ts';

/** `npm run bench:gpu`: a train.py on this machine's card, by the real runner in the sandbox. */

/** Of an H100 and an H200 in bfloat16, operations a second: what the share of it (mfu) is counted by. */
const PEAK = 989.5e12;

const program = new Command('bench:gpu')
  .description("Measure train.py files on this machine's card with the runner itself.")
  .argument('[files...]', "default: the checkout's train/train.py and the one of commit 9914088")
  .option('--track <name>', 'a track that trains on cuda', 'h100')
  .option('--budget <seconds>', 'training time, a sixth of it kept for loading', Number, 120)
  .option('--seeds <number>', 'runs of each file', Number, 1)
  .option('--probes <number>', "default: the track's", Number)
  .option('--json', 'print one JSON document last on standard output')
  .addHelpText('after', '\nExample:\n  npm run --silent bench:gpu -- --json --budget 90 --seeds 2')
  .parse();
const { json, track, budget, seeds, probes } = program.opts<{
  json?: boolean;
  track: string;
  budget: number;
  seeds: number;
  probes?: number;
}>();

const repository = dirname(dirname(import.meta.dirname));
const host = thisHost(process.env);
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Tokens per step and arithmetic per token, as the file itself says: it is ours. */
async function factsOf({ trainPy }: Measured, dataset: { vocabSize: number; sequenceLength: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'descent-bench-gpu-'));
  try {
    const file = join(folder, 'train.py');
    await writeFile(file, trainPy);
    const facts = join(repository, 'bench/card/facts.py');
    const args = [facts, file, String(dataset.vocabSize), String(dataset.sequenceLength)];
    const { stdout } = await promisify(execFile)(findPython(repository, host.env).interpreter, args);
    return JSON.parse(stdout) as { tokensPerStep: number; flopsPerToken: number; parameters: number };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function rowOf(name: string, run: Run, facts: Awaited<ReturnType<typeof factsOf>>) {
  const { report } = run;
  const [second, last] = [report.curve[1], report.curve.at(-1)];
  const steady = second && last && last.step > second.step;
  const tokensPerSecond = steady
    ? ((last.step - second.step) * facts.tokensPerStep) / (last.seconds - second.seconds)
    : null;
  return {
    file: name,
    seed: run.job.seed,
    outcome: report.outcome,
    valBpb: report.valBpb,
    steps: last?.step ?? 0,
    tokensPerSecond,
    mfu: tokensPerSecond === null ? null : (tokensPerSecond * facts.flopsPerToken) / PEAK,
    importSeconds: run.importSeconds,
    firstStepSeconds: run.firstStepSeconds,
    trainShare: trainShare(run),
    claimsSeconds: report.timings.claimsSeconds,
    claimsStartSeconds: run.claimsStartSeconds,
    probesSeconds: report.timings.probesSeconds,
    probesStartSeconds: run.probesStartSeconds,
    probesRefused: report.outcome === 'invalid',
    worstNats: report.probes?.worstNats ?? null,
    peakMemoryMiB: report.peakMemoryMiB,
    totalSeconds: report.timings.totalSeconds,
    log: report.log.slice(-2000),
  };
}

const hardware = await describeHardware('cuda', askerIn(host.env));
const rows: ReturnType<typeof rowOf>[] = [];
if (hardware.driver === null) {
  say('Nothing was measured: this machine has no card (nvidia-smi does not answer).');
} else {
  say(`${hardware.device}, ${hardware.memoryMiB} MiB, driver ${hardware.driver}, ${hardware.powerWatts} W`);
  const files = await filesOf(repository, program.args);
  for (let seed = 1; seed <= seeds; seed++)
    for (const file of files) {
      const run = await runOnce(
        repository,
        file,
        { track, budgetSeconds: budget, seed, probes: probes ?? null },
        host,
      );
      const facts = await factsOf(file, await openDataset(host.cache, run.job.dataset));
      rows.push(rowOf(file.name, run, facts));
      say(JSON.stringify(rows.at(-1)));
    }
  if (!json) console.table(rows.map(({ log: _, ...row }) => row));
}
if (json)
  console.log(
    JSON.stringify({ card: hardware.driver === null ? null : hardware, budgetSeconds: budget, rows }),
  );
process.exitCode = rows.length > 0 && rows.every(({ outcome }) => outcome === 'scored') ? 0 : 1;
