import type { Dataset, Rows } from '../../dataset.ts';
import { uint16 } from '../../dataset.ts';
import type { ClaimsFile } from '../claims/claims-file.ts';
import { type ScoredPart, type ScoredRow, shuffle } from '../text.ts';

/**
 * Why a position is asked about. Uniform: any token of validation text, each as likely; their mean estimates what all claims
 * lie by. Guided: in proportion to the squared gain over the incumbent's claims, which finds few large lies. Held-out: any
 * token of held-out text.
 */
export type ProbeKind = 'uniform' | 'guided' | 'heldout';
export const PROBE_KINDS = ['uniform', 'guided', 'heldout'] as const satisfies ProbeKind[];

/** One question of the second pass: what does the model say at this position, given the row up to it and nothing after? */
export interface Probe {
  kind: ProbeKind;
  row: number;
  /** Position of the last token shown; its target is the next token of the row. */
  position: number;
}

export interface Draw {
  dataset: Dataset;
  text: Record<ScoredPart, Rows>;
  /** Rows that were scored. */
  rows: ScoredRow[];
  /** Probes of validation text. Held-out text, where it was scored, gets as many as are uniform on validation text. */
  count: number;
  /** Of the validation text. */
  claims: ClaimsFile;
  /** The incumbent's claims; null: no probe is guided. */
  reference: ClaimsFile | null;
  random: () => number;
}

/** A quarter. One guided probe is enough to show what they search for; the bound of uniform probes shrinks with their number. */
const GUIDED_SHARE = 1 / 4;

export function partOf(kind: ProbeKind): ScoredPart {
  return kind === 'heldout' ? 'heldout' : 'validation';
}

/**
 * Draws the probes after all claims have arrived, and mixes the kinds. At most one per row, since a second would show what
 * the first asked for, and never a row that begins with the answer of another probe. Targets of no bytes are not asked for.
 * Uniform probes are drawn first: were they drawn from what guided ones leave, a cheat could steer them.
 */
export async function drawProbes(draw: Draw): Promise<Probe[]> {
  const { reference, rows, random } = draw;
  const taken = new Taken(draw.dataset.sequenceLength);
  const of = (part: ScoredPart) => rows.filter((scored) => scored.part === part).map(({ row }) => row);
  const validation = of('validation');
  const count = Math.min(draw.count, validation.length);
  const wanted = reference ? Math.floor(count * GUIDED_SHARE) : 0;
  const uniform = await drawUniform(draw, 'uniform', validation, count - wanted, taken);
  const guided = reference ? await drawByGain(draw, reference, validation, wanted, taken) : [];
  // Where little is gained over the incumbent there is little to follow.
  uniform.push(...(await drawUniform(draw, 'uniform', validation, wanted - guided.length, taken)));
  const apart = new Taken(draw.dataset.sequenceLength);
  const heldout = await drawUniform(draw, 'heldout', of('heldout'), uniform.length, apart);
  return shuffle([...uniform, ...guided, ...heldout], random);
}

/** Which rows may still be asked about. */
class Taken {
  #rows = new Set<number>();
  #lastAsked = new Set<number>();
  #last: number;

  constructor(length: number) {
    this.#last = length - 1;
  }

  allowsRow(row: number): boolean {
    return !this.#rows.has(row) && !this.#lastAsked.has(row - 1);
  }

  /** Rows may share a token with the next: the target of a row's last position can be the first token of the next. */
  allows({ row, position }: Probe): boolean {
    return this.allowsRow(row) && !(position === this.#last && this.#rows.has(row + 1));
  }

  take({ row, position }: Probe): void {
    this.#rows.add(row);
    if (position === this.#last) this.#lastAsked.add(row);
  }
}

async function drawByGain(
  draw: Draw,
  reference: ClaimsFile,
  rows: number[],
  count: number,
  taken: Taken,
): Promise<Probe[]> {
  const sums = new Float64Array(rows.length);
  for (const [index, row] of rows.entries())
    if (taken.allowsRow(row)) sums[index] = sum(await squaredGains(draw, reference, row));
  const probes: Probe[] = [];
  let left = sum(sums);
  // Each round takes a row out, so that it ends also when no row is allowed any more.
  while (probes.length < count && left > 1e-9) {
    const index = pick(sums, left * draw.random());
    const ofRow = await squaredGains(draw, reference, rows[index]!);
    const position = pick(ofRow, sum(ofRow) * draw.random());
    const probe: Probe = { kind: 'guided', row: rows[index]!, position };
    left -= sums[index]!;
    sums[index] = 0;
    if (!taken.allows(probe)) continue;
    taken.take(probe);
    probes.push(probe);
  }
  return probes;
}

/** What each counted target of a row gains over the reference, nats, squared; losses count as 0. */
async function squaredGains(
  { dataset, text, claims }: Draw,
  reference: ClaimsFile,
  row: number,
): Promise<Float64Array> {
  const [claimed, before, tokens] = await Promise.all([
    claims.row(row),
    reference.row(row),
    text.validation.read(row, 1),
  ]);
  const targets = uint16(tokens);
  return Float64Array.from(claimed, (claim, index) =>
    dataset.tokenBytes[targets[index + 1]!] === 0 ? 0 : Math.max(0, claim - before[index]!) ** 2,
  );
}

/** Every counted token of the rows is as likely as any other: a position that holds none lets its row go. */
async function drawUniform(
  { dataset, text, random }: Draw,
  kind: 'uniform' | 'heldout',
  rows: number[],
  count: number,
  taken: Taken,
): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const row of shuffle([...rows], random)) {
    if (probes.length === count) break;
    const probe: Probe = { kind, row, position: Math.floor(random() * dataset.sequenceLength) };
    const target = uint16(await text[partOf(kind)].read(row, 1))[probe.position + 1]!;
    if (dataset.tokenBytes[target] === 0 || !taken.allows(probe)) continue;
    taken.take(probe);
    probes.push(probe);
  }
  return probes;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Index at which the running sum passes `at`. */
function pick(weights: Float64Array, at: number): number {
  let last = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index]!;
    if (weight <= 0) continue;
    last = index;
    at -= weight;
    if (at < 0) return index;
  }
  return last; // rounding
}
