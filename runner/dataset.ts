import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dataFolder } from '../setup/paths.mjs';

/** A prepared data set as `train/prepare.py` leaves it (docs/design.md, "Data sets"). */

const file = z.strictObject({ bytes: z.int().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const metaSchema = z.strictObject({
  name: z.string(),
  version: z.union([z.int(), z.string()]),
  vocab_size: z.int().min(2).max(65_536),
  sequence_length: z.int().min(2).max(1_048_576),
  rows: z.strictObject({ validation: z.int().min(1), heldout: z.int().min(1), reserve: z.int().min(1) }),
  files: z.record(z.string(), file),
});

export type Part = 'validation' | 'heldout' | 'reserve';

export interface Dataset {
  name: string;
  vocabSize: number;
  /** T: tokens the model is shown at once. */
  sequenceLength: number;
  /** sha256 of meta.json, which carries the sha256 of every other file. */
  digest: string;
  trainFile: string;
  /** UTF-8 bytes of each token; 0: targets of this token are not counted. */
  tokenBytes: Uint16Array;
  rowCount: Record<Part, number>;
  openRows(part: Part): Promise<Rows>;
}

/** Rows of T + 1 tokens in a file. */
export interface Rows {
  /** `count` rows from `first` on, as they lie in the file: little-endian uint16. */
  read(first: number, count: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** The machine lacks what the job needs. The experiment gets no outcome. */
export class DatasetError extends Error {
  override name = 'DatasetError';
}

export async function openDataset(cache: string, name: string): Promise<Dataset> {
  const folder = dataFolder(cache, name);
  const remedy = `Make it again: rm -rf ${folder}; node setup/bootstrap.mjs --data ${name}`;
  const text = await readFile(join(folder, 'meta.json')).catch((error: NodeJS.ErrnoException) => {
    throw new DatasetError(
      `Data set ${name} cannot be read (${error.message}). Make it: node setup/bootstrap.mjs --data ${name}`,
    );
  });
  const parsed = metaSchema.safeParse(JSON.parse(text.toString('utf8')));
  if (!parsed.success)
    throw new DatasetError(`${join(folder, 'meta.json')}: ${z.prettifyError(parsed.error)}. ${remedy}`);
  const meta = parsed.data;
  for (const [file, { bytes }] of Object.entries(meta.files)) {
    const { size } = await stat(join(folder, file));
    if (size !== bytes)
      throw new DatasetError(`${join(folder, file)} has ${size} bytes, meta.json says ${bytes}. ${remedy}`);
  }
  const rowBytes = 2 * (meta.sequence_length + 1);
  return {
    name: meta.name,
    vocabSize: meta.vocab_size,
    sequenceLength: meta.sequence_length,
    digest: createHash('sha256').update(text).digest('hex'),
    trainFile: join(folder, 'train.bin'),
    tokenBytes: uint16(await readFile(join(folder, 'token_bytes.bin'))),
    rowCount: meta.rows,
    openRows: async (part) => rows(await open(join(folder, `${part}.bin`)), rowBytes),
  };
}

function rows(handle: FileHandle, rowBytes: number): Rows {
  return {
    async read(first, count) {
      const buffer = Buffer.allocUnsafe(count * rowBytes);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, first * rowBytes);
      if (bytesRead !== buffer.length)
        throw new DatasetError(`Rows ${first} to ${first + count} are not in the data set.`);
      return buffer;
    },
    close: () => handle.close(),
  };
}

/** Little-endian uint16 as an array, copied so that it is aligned. */
export function uint16(buffer: Buffer): Uint16Array {
  return new Uint16Array(new Uint8Array(buffer).buffer);
}
