import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../core/formats/job.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { openDataset } from '../dataset.ts';
import { makeWorkFolder, type WorkFolder } from '../folder.ts';
import type { Host } from '../host.ts';
import { LogTail } from '../log-tail.ts';
import { UnscoredError } from '../outcome.ts';
import { openSandbox } from '../sandbox/choose.ts';
import { asOwner } from '../sandbox/owner.ts';
import { scoreClaims } from '../score/claims/claims.ts';
import { type ClaimsFile, createClaimsFile } from '../score/claims/claims-file.ts';
import { drawProbes } from '../score/probes/draw-probes.ts';
import { askProbes } from '../score/probes/probes.ts';
import { serving } from '../score/score.ts';
import { closeText, openText, validationRows } from '../score/text.ts';
import { train } from '../train/train.ts';
import { TrainingEvents } from '../train/training-events.ts';
import { HONEST_IN_BF16, readMember } from './member.ts';
import { zooJob } from './zoo.ts';

/**
 * An honest model in bfloat16, trained once and scored again and again: claims in batches of one shape, probes in a fresh
 * sandbox in batches of another, drawn again each time by the gain over another seed of the same file. Each must pass.
 * Stricter than a real run, which asks both passes in one shape. All repeats share the two sandboxes, since what is tried
 * is rounding: a hundred pairs would only import PyTorch two hundred times.
 */

const ROWS = 48;
const PROBES = 40;
const SHAPES = [1, 2, 3, 5, 8, 13, 16, 24, 31, 48];

export interface Repeats {
  runs: number;
  refused: number;
  /** The largest difference of any probe, nats: rounding, seen to be there. */
  worstNats: number;
}

export async function repeatHonest(
  runs: number,
  repository: string,
  host: Host,
  signal?: AbortSignal,
): Promise<Repeats> {
  const folder = await makeWorkFolder(host.temporary, asOwner());
  try {
    return await repeatIn(folder, runs, repository, host, signal);
  } finally {
    await folder.remove();
  }
}

async function repeatIn(
  folder: WorkFolder,
  runs: number,
  repository: string,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<Repeats> {
  const { trainPy: source } = await readMember(HONEST_IN_BF16, host.cache);
  const job = zooJob({ blob: gitBlob(source), budgetSeconds: 600, scoringSeconds: 600 }); // it ends by steps
  const dataset = await openDataset(host.cache, job.dataset);
  const log = new LogTail();
  const common = {
    folder,
    dataset,
    log,
    signal,
    harness: await folder.place('harness.py', await readFile(join(repository, 'train', 'harness.py'))),
    trainPy: await folder.place('train.py', source),
    sandbox: await openSandbox({ kind: 'bubblewrap', repository, env: host.env }, folder),
  };
  const claimsFile = (name: string) => createClaimsFile(folder.private(name), dataset.sequenceLength);

  /** Trains a seed and writes down what it claims, in as many shapes as there are files. */
  const claim = async (seed: number, kept: ClaimsFile[]): Promise<{ job: Job; weights: string }> => {
    const seeded = { ...job, seed };
    const training = {
      ...common,
      job: seeded,
      events: new TrainingEvents(),
      now: host.now,
      onEvent: () => undefined,
    };
    const weights = (await train({ ...training, name: `seed-${seed}` })).path;
    await serving({ ...common, job: seeded, weights }, `claims-${seed}`, async (server) => {
      for (const [run, keep] of kept.entries()) {
        const batch = SHAPES[run % SHAPES.length]!;
        await scoreClaims(server, {
          dataset,
          rows: validationRows(ROWS),
          batch,
          keep: { validation: keep, heldout: keep },
          onProgress: () => undefined,
        });
      }
    });
    return { job: seeded, weights };
  };

  const files = await Promise.all(Array.from({ length: runs }, (_, run) => claimsFile(`claims-${run}`)));
  const reference = await claimsFile('reference');
  const text = await openText(dataset);
  const reserve = await dataset.openRows('reserve');
  const repeats: Repeats = { runs, refused: 0, worstNats: 0 };
  try {
    await claim(1, [reference]);
    const served = await claim(2, files);
    await serving({ ...common, ...served }, 'probes', async (server) => {
      for (const [run, claims] of files.entries()) {
        const { random } = host;
        const drawn = await drawProbes({
          dataset,
          text,
          rows: validationRows(ROWS),
          count: PROBES,
          claims,
          reference,
          random,
        });
        const batch = SHAPES[(3 * run + Math.floor(run / SHAPES.length) + 1) % SHAPES.length]!;
        const kept = { validation: claims, heldout: claims };
        const pass = { dataset, text, reserve, claims: kept, probes: drawn, batch, random };
        const judgement = await askProbes(server, { ...pass, onProgress: () => undefined }).catch((error) => {
          if (!(error instanceof UnscoredError)) throw error;
          repeats.refused++;
          return null;
        });
        repeats.worstNats = Math.max(repeats.worstNats, judgement?.worstNats ?? Infinity);
      }
    });
  } finally {
    await Promise.all([closeText(text), ...[...files, reference, reserve].map((file) => file.close())]);
  }
  return repeats;
}
