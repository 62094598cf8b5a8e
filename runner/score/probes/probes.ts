import type { Dataset, Rows } from '../../dataset.ts';
import { uint16 } from '../../dataset.ts';
import type { ClaimsFile } from '../claims/claims-file.ts';
import { floats } from '../floats.ts';
import type { ModelServer } from '../model-server.ts';
import type { ScoredPart } from '../text.ts';
import { type Probe, type ProbeKind, partOf } from './draw-probes.ts';
import { type Judgement, judge, logProbability } from './judge.ts';

export interface ProbesPass {
  dataset: Dataset;
  text: Record<ScoredPart, Rows>;
  reserve: Rows;
  claims: Record<ScoredPart, ClaimsFile>;
  probes: Probe[];
  /** Rows asked at once: as in the claims pass, so that both take the same code path. */
  batch: number;
  random: () => number;
  onProgress: (done: number) => void;
}

/** Asks a fresh model about each probe and judges the claims by its answers. */
export async function askProbes(server: ModelServer, pass: ProbesPass): Promise<Judgement> {
  const { dataset, probes, batch } = pass;
  const excess: Record<ProbeKind, number[]> = { uniform: [], guided: [], heldout: [] };
  for (let first = 0; first < probes.length; first += batch) {
    const some = probes.slice(first, first + batch);
    const questions = await Promise.all(
      Array.from({ length: batch }, (_, index) => question(pass, some[index])),
    );
    const rows = Buffer.concat(questions.map(({ shown }) => shown));
    const positions = Uint32Array.from(questions, ({ position }) => position);
    const logits = floats(await server.probes(rows, positions, dataset.sequenceLength, dataset.vocabSize));
    for (const [index, { kind, row, position }] of some.entries()) {
      const ofProbe = logits.subarray(index * dataset.vocabSize, (index + 1) * dataset.vocabSize);
      const claimed = (await pass.claims[partOf(kind)].row(row))[position]!;
      excess[kind].push(claimed - logProbability(ofProbe, questions[index]!.target));
    }
    pass.onProgress(first + some.length);
  }
  return judge(excess);
}

/** The row up to the probe's position, then a row of the reserve. Without a probe: only the reserve, to fill the batch. */
async function question({ dataset, text, reserve, random }: ProbesPass, probe: Probe | undefined) {
  const length = dataset.sequenceLength;
  const shown = (await reserve.read(Math.floor(random() * dataset.rowCount.reserve), 1)).subarray(
    0,
    2 * length,
  );
  if (!probe) return { shown, position: length - 1, target: 0 };
  const row = await text[partOf(probe.kind)].read(probe.row, 1);
  row.copy(shown, 0, 0, 2 * (probe.position + 1));
  return { shown, position: probe.position, target: uint16(row)[probe.position + 1]! };
}
