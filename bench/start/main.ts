import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { thisHost } from '../../runner/host.ts';
import { findPython } from '../../runner/sandbox/python.ts';
import { filesOf, type Measured } from '../card/files.ts';
import { runOnce, trainShare } from '../card/measured.ts';

/** `npm run bench:start`: the time before a train.py trains and before it is scored, compared with the file of commit 9914088. Needs no card. */

const { json, budget } = new Command('bench:start')
  .description(
    'Measure the start-up of training and scoring, for train/train.py and for that of commit 9914088. Takes some minutes.',
  )
  .option('--budget <seconds>', 'training time on the cpu track', Number, 30)
  .option('--json', 'print one JSON document last on standard output')
  .parse()
  .opts<{ json?: boolean; budget: number }>();

const repository = dirname(dirname(import.meta.dirname));
const host = thisHost(process.env);
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Compiled {
  importSeconds: number;
  compileSeconds: number;
  compileClockSeconds: number;
}

async function compiling({ trainPy }: Measured): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-bench-start-'));
  try {
    const file = join(folder, 'train.py');
    await writeFile(file, trainPy);
    const env = { ...process.env, TORCHINDUCTOR_CACHE_DIR: join(folder, 'cache') };
    const script = join(repository, 'bench/start/compile.py');
    const { stdout } = await promisify(execFile)(
      findPython(repository, host.env).interpreter,
      [script, file],
      { env },
    );
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Compiled;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function startOf(file: Measured) {
  say(`${file.name}: compiling the cuda column on this CPU`);
  const compiled = await compiling(file);
  say(`${file.name}: a run of ${budget} s on the cpu track`);
  const run = await runOnce(
    repository,
    file,
    { track: 'cpu', budgetSeconds: budget, seed: 1, probes: 32 },
    host,
  );
  if (run.report.outcome !== 'scored')
    throw new Error(`${file.name} was not scored: ${JSON.stringify(run.report.reason)}`);
  return {
    importSeconds: compiled.importSeconds,
    compileSeconds: compiled.compileSeconds,
    trainShare: trainShare(run),
    scoringStartSeconds: (run.claimsStartSeconds ?? 0) + (run.probesStartSeconds ?? 0),
    firstStepSeconds: run.firstStepSeconds,
  };
}

const [before, now] = await filesOf(repository, []);
const result = { ...(await startOf(now!)), before: { commit: before!.name, ...(await startOf(before!)) } };
if (json) console.log(JSON.stringify(result));
else console.table({ 'train/train.py': { ...result, before: undefined }, [before!.name]: result.before });
