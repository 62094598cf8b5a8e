import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import { CLAIMS_FILE, type HandedOver, WEIGHTS_FILE } from '../core/formats/handed-over.ts';
import type { Reason } from '../core/formats/reason.ts';
import type { WorkFolder } from './folder.ts';
import { UnscoredError } from './outcome.ts';
import type { ClaimsFile } from './score/claims/claims-file.ts';
import type { ScoredPart } from './score/text.ts';
import { type ClosedWeights, closeWeights } from './train/weights.ts';

/** Weights and claims of a scored run, handed from the machine that measured to the machine that scores them again. */

/** Copies both to where the action uploads from. @param heldout the held-out rows that were scored, in the order of the draw */
export async function handOver(
  to: string,
  weights: ClosedWeights,
  claims: Record<ScoredPart, ClaimsFile>,
  heldout: number[],
): Promise<{ sha256: string; bytes: number }> {
  const kept = join(to, CLAIMS_FILE);
  await mkdir(to, { recursive: true, mode: 0o700 });
  await copyFile(weights.path, join(to, WEIGHTS_FILE));
  await copyFile(claims.validation.path, kept);
  for (const row of heldout) {
    const { buffer, byteOffset, byteLength } = await claims.heldout.row(row);
    await appendFile(kept, new Uint8Array(buffer, byteOffset, byteLength));
  }
  return { sha256: await sha256Of(kept), bytes: (await stat(kept)).size };
}

/**
 * Takes both out of the archive. Only the two files that the job names are written, and no more bytes of each than it says.
 * @throws UnscoredError when they differ from what the first machine reported; that machine is then at fault, not this one
 */
export async function takeOver(
  archive: string,
  handed: HandedOver,
  folder: WorkFolder,
): Promise<{ weights: ClosedWeights; claims: string }> {
  const wanted = [
    { name: WEIGHTS_FILE, path: folder.private('handed-weights'), ...handed.weights },
    { name: CLAIMS_FILE, path: folder.private('claims'), ...handed.claims },
  ];
  await unpack(archive, wanted);
  for (const { path, sha256 } of wanted) if ((await sha256Of(path)) !== sha256) throw notAsReported('digest');
  const [weights, claims] = wanted as [(typeof wanted)[0], (typeof wanted)[0]];
  return {
    weights: await closeWeights(weights.path, folder.placed('training.weights')),
    claims: claims.path,
  };
}

async function unpack(archive: string, wanted: { name: string; path: string; bytes: number }[]) {
  const left = new Map(wanted.map((file) => [file.name, file]));
  const zip = await openPromise(archive, { strictFileNames: true }).catch(() => {
    throw notAsReported('archive');
  });
  try {
    for await (const entry of zip.eachEntry()) {
      const file = left.get(entry.fileName);
      if (!file || !isPlainFile(entry)) throw notAsReported('names');
      if (entry.uncompressedSize !== file.bytes) throw notAsReported('size');
      left.delete(entry.fileName);
      // yauzl ends the stream with an error when more comes than the entry declares.
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(file.path, { flags: 'wx', mode: 0o600 }),
      );
    }
  } catch (error) {
    if (error instanceof UnscoredError || isOurs(error)) throw error;
    throw notAsReported('archive');
  } finally {
    zip.close();
  }
  if (left.size > 0) throw notAsReported('names');
}

/** Neither a folder nor a link: where the archive was made under Unix, the upper half of the attributes is the file's mode. */
function isPlainFile({ externalFileAttributes, versionMadeBy }: Entry): boolean {
  const kind = versionMadeBy >> 8 === 3 ? (externalFileAttributes >>> 16) & 0o170000 : 0;
  return kind === 0 || kind === 0o100000;
}

/** An error of this machine: a full disk, no permission. */
function isOurs(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

type Wrong = Extract<Reason, { code: 'handed-over-wrong' }>['what'];

function notAsReported(what: Wrong): UnscoredError {
  return new UnscoredError('invalid', { code: 'handed-over-wrong', what });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
