import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Encrypter } from 'age-encryption';
import { WEIGHTS_FILE } from '../core/formats/handed-over.ts';
import type { Reason } from '../core/formats/reason.ts';
import type { Report } from '../core/formats/report.ts';
import type { WorkFolder } from './folder.ts';
import { UnscoredError } from './outcome.ts';
import { save } from './save.ts';
import type { ClosedWeights } from './train/weights.ts';

/** A borrower's file as it was fetched, or what is wrong with it: the borrower's fault, and no machine's. */
export type Input = { path: string } | { wrong: Extract<Reason, { code: 'input-wrong' }>['what'] };

/** Beside `train.py`, where it can be read and not changed. @throws UnscoredError where it is not what its borrower said */
export async function placeInput(input: Input, folder: WorkFolder): Promise<string> {
  if ('wrong' in input) throw new UnscoredError('invalid', { code: 'input-wrong', what: input.wrong });
  const placed = folder.placed('input');
  await copyFile(input.path, placed);
  await chmod(placed, 0o444);
  return placed;
}

/**
 * What a borrower gets is encrypted to their key before it leaves this machine: anybody who is signed in may download an artifact.
 * It is done outside the sandbox, on the closed copy of the file. The file has the name that the workflow uploads.
 */
export async function encryptOutcome(
  weights: ClosedWeights,
  recipient: string,
  to: string,
  signal: AbortSignal,
): Promise<NonNullable<Report['borrowed']>> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const plain = Readable.toWeb(createReadStream(weights.path)) as ReadableStream<Uint8Array>;
  const encrypted = await encrypter.encrypt(plain);
  await mkdir(to, { recursive: true, mode: 0o700 });
  return save(encrypted, join(to, WEIGHTS_FILE), signal);
}
