import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes what comes to a new file, for this user alone. It ends after `most` bytes, however much more would come.
 * @returns the digest and the count of what came: more than `most` where that was not all
 */
export async function save(
  body: ReadableStream<Uint8Array>,
  path: string,
  signal: AbortSignal,
  most = Number.POSITIVE_INFINITY,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > most) return;
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    { signal },
  );
  return { sha256: hash.digest('hex'), bytes };
}
