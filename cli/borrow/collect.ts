import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypter } from 'age-encryption';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { CommandError, messageOf } from '../../core/errors.ts';
import type { Borrowed, BorrowedRun } from '../../core/formats/borrowing/record.ts';
import { WEIGHTS_FILE } from '../../core/formats/handed-over.ts';
import type { GitHub } from '../github/client.ts';
import { refusedWith } from '../github/refusal.ts';

/** Fetches outcomes from the artifacts of the machines that made them, compares them with the record, and decrypts them. */

export interface Collected {
  ordinal: number;
  machine: string;
  /** Where it lies now; null with `problem`. */
  path: string | null;
  problem: string | null;
}

/** One that cannot be had stops none of the others. */
export async function collectAll(
  github: GitHub,
  record: Borrowed,
  { identity, into, tell }: { identity: string; into: string; tell: (line: string) => void },
): Promise<Collected[]> {
  await mkdir(into, { recursive: true });
  const collected: Collected[] = [];
  for (const run of record.runs) {
    const { ordinal, machine, outcome } = run;
    const path = join(into, `${record.pull}-${ordinal}.${record.keep}`);
    if (!run.artifact) {
      collected.push({ ordinal, machine, path: null, problem: `the run ${SAID[outcome] ?? outcome}` });
      continue;
    }
    tell(`run ${ordinal}: fetching ${run.artifact.archive.bytes} bytes from ${run.artifact.repository} ...`);
    try {
      await collectOne(github, run.artifact, identity, path);
      collected.push({ ordinal, machine, path, problem: null });
    } catch (error) {
      collected.push({ ordinal, machine, path: null, problem: messageOf(error) });
    }
  }
  return collected;
}

const SAID: Partial<Record<BorrowedRun['outcome'], string>> = {
  crashed: 'crashed: the summary of its workflow run says where',
  timeout: 'was still training when its time was over',
  'out-of-memory': 'ran out of memory',
  invalid: 'left no file that could be taken',
  cancelled: 'was ended when the pull request was closed',
};

type Artifact = NonNullable<BorrowedRun['artifact']>;

/** The file appears at its place once all of it is right. */
async function collectOne(github: GitHub, artifact: Artifact, identity: string, path: string): Promise<void> {
  const folder = await mkdtemp(`${path}-`);
  try {
    const archive = join(folder, 'archive.zip');
    await download(github, artifact, archive);
    const plain = join(folder, 'plain');
    await decrypt(archive, artifact, identity, plain);
    await rename(plain, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function download({ rest }: GitHub, artifact: Artifact, path: string): Promise<void> {
  const [owner = '', repo = ''] = artifact.repository.split('/');
  const request = { parseSuccessResponseBody: false };
  const given = { owner, repo, artifact_id: artifact.id, archive_format: 'zip', request };
  const { data } = await rest.actions.downloadArtifact(given).catch((cause) => {
    const status = refusedWith(cause);
    if (status !== 404 && status !== 410) throw cause;
    throw new CommandError(
      `GitHub has the outcome no more: it kept it until ${artifact.expiresAt.slice(0, 10)}, unless the owner of the machine deleted it`,
      'Borrow again.',
      { cause },
    );
  });
  const body = Readable.fromWeb(data as Parameters<typeof Readable.fromWeb>[0]);
  const digest = new Digest(artifact.archive.bytes);
  await pipeline(body, (chunks) => digest.of(chunks), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  if (!digest.is(artifact.archive)) throw tampered();
}

async function decrypt(archive: string, artifact: Artifact, identity: string, path: string): Promise<void> {
  const zip = await openPromise(archive, { strictFileNames: true, autoClose: false }).catch((cause) => {
    throw tampered(cause);
  });
  const digest = new Digest(artifact.file.bytes);
  try {
    const entry = await onlyEntry(zip);
    if (entry.uncompressedSize !== artifact.file.bytes) throw tampered();
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const encrypted = Readable.from(digest.of(await zip.openReadStreamPromise(entry)));
    const plain = await decrypter
      .decrypt(Readable.toWeb(encrypted) as ReadableStream<Uint8Array>)
      .catch((cause) => {
        throw new CommandError(
          /no identity matched/.test(messageOf(cause))
            ? 'it is encrypted to another key'
            : `it cannot be decrypted: ${messageOf(cause)}`,
          'Name the key that you borrowed with: --identity FILE.',
          { cause },
        );
      });
    const from = Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(from, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } finally {
    zip.close();
  }
  if (!digest.is(artifact.file)) throw tampered();
}

async function onlyEntry(zip: ZipFile): Promise<Entry> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) if (entries.push(entry) > 1) throw tampered();
  const [entry] = entries;
  if (entry?.fileName !== WEIGHTS_FILE) throw tampered();
  return entry;
}

function tampered(cause?: unknown): CommandError {
  return new CommandError(
    'the artifact is not the one that the swarm recorded: it was changed since',
    'Fetch it again, then ask a maintainer.',
    { cause },
  );
}

/** Of a stream that may not be longer than what is expected. */
class Digest {
  readonly #most: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #hex: string | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#most) throw tampered();
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  is({ sha256, bytes }: { sha256: string; bytes: number }): boolean {
    this.#hex ??= this.#hash.digest('hex');
    return this.#bytes === bytes && this.#hex === sha256;
  }
}
