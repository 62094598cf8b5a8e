import type { Dataset, Rows } from '../dataset.ts';
import { uint16 } from '../dataset.ts';
import type { ClaimsFile } from './claims-file.ts';

/** One question of the second pass: what does the model say at this position, given the row up to it and nothing after? */
export interface Probe {
  row: number;
  /** Position of the last token shown; its target is the next token of the row. */
  position: number;
}

export interface Draw {
  dataset: Dataset;
  validation: Rows;
  /** Rows that were scored. */
  rows: number;
  count: number;
  claims: ClaimsFile;
  /** The incumbent's claims; null: all probes are uniform. */
  reference: ClaimsFile | null;
  random: () => number;
}

/**
 * Draws the probes after all claims have arrived: half in proportion to what each claim gains over the reference (a cheat
 * on few tokens hides from uniform probes), the rest uniform. At most one a row, since a second would show what the first
 * asked for, and never a row that begins with the answer of another probe. Targets of no bytes are not asked for.
 */
export async function drawProbes(draw: Draw): Promise<Probe[]> {
  const taken = new Taken(draw.dataset.sequenceLength);
  const count = Math.min(draw.count, draw.rows);
  const probes: Probe[] = [];
  if (draw.reference) probes.push(...(await drawByGain(draw, Math.floor(count / 2), taken)));
  probes.push(...(await drawUniform(draw, count - probes.length, taken)));
  return probes;
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

async function drawByGain(draw: Draw, count: number, taken: Taken): Promise<Probe[]> {
  const sums = new Float64Array(draw.rows);
  for (let row = 0; row < draw.rows; row++) sums[row] = sum(await gains(draw, row));
  const probes: Probe[] = [];
  let left = sum(sums);
  // Each round takes a row out, so that it ends also when no row is allowed any more.
  while (probes.length < count && left > 1e-9) {
    const row = pick(sums, left * draw.random());
    const ofRow = await gains(draw, row);
    const probe = { row, position: pick(ofRow, sum(ofRow) * draw.random()) };
    left -= sums[row]!;
    sums[row] = 0;
    if (!taken.allows(probe)) continue;
    taken.take(probe);
    probes.push(probe);
  }
  return probes;
}

/** What each counted target of a row gains over the reference, nats; losses count as 0. */
async function gains({ dataset, validation, claims, reference }: Draw, row: number): Promise<Float64Array> {
  const [claimed, before, tokens] = await Promise.all([
    claims.row(row),
    reference!.row(row),
    validation.read(row, 1),
  ]);
  const targets = uint16(tokens);
  return Float64Array.from(claimed, (claim, index) =>
    dataset.tokenBytes[targets[index + 1]!] === 0 ? 0 : Math.max(0, claim - before[index]!),
  );
}

async function drawUniform(draw: Draw, count: number, taken: Taken): Promise<Probe[]> {
  const { dataset, validation, rows, random } = draw;
  const probes: Probe[] = [];
  // Rows in random order (Fisher and Yates); a row is tried once.
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let left = rows; left > 0 && probes.length < count; left--) {
    const chosen = Math.floor(random() * left);
    const row = order[chosen]!;
    order[chosen] = order[left - 1]!;
    if (!taken.allowsRow(row)) continue;
    const targets = uint16(await validation.read(row, 1)).subarray(1);
    const counted = Uint32Array.from(targets.keys()).filter(
      (index) => dataset.tokenBytes[targets[index]!] !== 0,
    );
    if (counted.length === 0) continue;
    const probe = { row, position: counted[Math.floor(random() * counted.length)]! };
    if (!taken.allows(probe)) continue;
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
