import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitBlob } from '../../core/git-blob.ts';
import { openDataset } from '../../runner/dataset.ts';
import { makeWorkFolder, type WorkFolder } from '../../runner/folder.ts';
import type { Host } from '../../runner/host.ts';
import { LogTail } from '../../runner/log-tail.ts';
import { openSandbox } from '../../runner/sandbox/choose.ts';
import { asOwner } from '../../runner/sandbox/owner.ts';
import { bitsPerByte } from '../../runner/score/bits.ts';
import { scoreClaims } from '../../runner/score/claims/claims.ts';
import { createClaimsFile } from '../../runner/score/claims/claims-file.ts';
import { drawProbes } from '../../runner/score/probes/draw-probes.ts';
import { askProbes } from '../../runner/score/probes/probes.ts';
import { batchRows, serving } from '../../runner/score/score.ts';
import { closeText, openText, validationRows } from '../../runner/score/text.ts';
import { train } from '../../runner/train/train.ts';
import { TrainingEvents } from '../../runner/train/training-events.ts';
import { zooJob } from '../../runner/zoo/zoo.ts';
import { dataFolder, pythonInterpreter } from '../../setup/paths.mjs';

const ROUNDS = 4;
/** Probes for each row scored: the share of a track with 2,000 probes on 20 million tokens. */
const PROBES_A_ROW = 0.2;

export interface Speed {
  rows: number;
  tokens: number;
  probes: number;
  rounds: number;
  /** The fastest round of each: what else the machine does only ever adds. */
  plainSeconds: number;
  claimsSeconds: number;
  probesSeconds: number;
  passesSeconds: number;
  /** The fastest passes divided by the fastest plain evaluation, measured in turns. */
  ratio: number;
  plainBpb: number;
  passesBpb: number;
}

/** The repository's own train.py, trained for some seconds, evaluated both ways over the whole validation text. */
export async function compareSpeed(repository: string, host: Host): Promise<Speed> {
  const folder = await makeWorkFolder(host.temporary, asOwner());
  try {
    return await compareIn(folder, repository, host);
  } finally {
    await folder.remove();
  }
}

async function compareIn(
  folder: WorkFolder,
  repository: string,
  { cache, env, now, random }: Host,
): Promise<Speed> {
  const source = await readFile(join(repository, 'train', 'train.py'));
  const job = zooJob({ blob: gitBlob(source), budgetSeconds: 12, scoringSeconds: 600 });
  const dataset = await openDataset(cache, job.dataset);
  const rows = dataset.rowCount.validation;
  const count = Math.floor(rows * PROBES_A_ROW);
  const batch = batchRows(dataset);
  const common = {
    job,
    folder,
    dataset,
    log: new LogTail(),
    signal: undefined,
    harness: await folder.place('harness.py', await readFile(join(repository, 'train', 'harness.py'))),
    trainPy: await folder.place('train.py', source),
    sandbox: await openSandbox({ kind: 'bubblewrap', repository, env }, folder),
  };
  const { path: weights } = await train({
    ...common,
    events: new TrainingEvents(),
    now,
    onEvent: () => undefined,
  });
  const serve = { ...common, weights };
  const onProgress = () => undefined;

  const passes = async (round: number) => {
    const claims = await createClaimsFile(folder.private(`claims-${round}`), dataset.sequenceLength);
    const keep = { validation: claims, heldout: claims };
    const text = await openText(dataset);
    const reserve = await dataset.openRows('reserve');
    try {
      const first = await serving(serve, `claims-${round}`, async (server) => {
        const then = now();
        const { validation: loss } = await scoreClaims(server, {
          dataset,
          rows: validationRows(rows),
          batch,
          keep,
          onProgress,
        });
        return { loss, seconds: (now() - then) / 1000 };
      });
      const second = await serving(serve, `probes-${round}`, async (server) => {
        const then = now();
        const probes = await drawProbes({
          dataset,
          text,
          rows: validationRows(rows),
          count,
          claims,
          reference: null,
          random,
        });
        await askProbes(server, { dataset, text, reserve, claims: keep, probes, batch, random, onProgress });
        return { seconds: (now() - then) / 1000 };
      });
      return { claims: first.seconds, probes: second.seconds, bpb: bitsPerByte(first.loss) };
    } finally {
      await Promise.all([claims.close(), closeText(text), reserve.close()]);
    }
  };

  const rounds: { plain: Evaluation; claims: number; probes: number; bpb: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const plain = await evaluate(pythonInterpreter(repository, env), {
      train_py: common.trainPy,
      weights,
      validation: join(dataFolder(cache, dataset.name), 'validation.bin'),
      token_bytes: join(dataFolder(cache, dataset.name), 'token_bytes.bin'),
      vocab_size: dataset.vocabSize,
      sequence_length: dataset.sequenceLength,
      device: job.device,
      threads: job.threads,
      rows,
      batch,
    });
    rounds.push({ plain, ...(await passes(round)) });
  }
  const fastest = (seconds: (round: (typeof rounds)[number]) => number) => Math.min(...rounds.map(seconds));
  const plainSeconds = fastest(({ plain }) => plain.seconds);
  const passesSeconds = fastest(({ claims, probes }) => claims + probes);
  return {
    rows,
    tokens: rows * dataset.sequenceLength,
    probes: count,
    rounds: ROUNDS,
    plainSeconds,
    claimsSeconds: fastest(({ claims }) => claims),
    probesSeconds: fastest(({ probes }) => probes),
    passesSeconds,
    ratio: passesSeconds / plainSeconds,
    plainBpb: rounds[0]!.plain.valBpb,
    passesBpb: rounds[0]!.bpb,
  };
}

/** What plain.py prints. */
interface Evaluation {
  seconds: number;
  valBpb: number;
}

async function evaluate(python: string, order: object): Promise<Evaluation> {
  const script = join(import.meta.dirname, 'plain.py');
  const { stdout } = await promisify(execFile)(python, [script, JSON.stringify(order)]);
  return JSON.parse(stdout);
}
