import { createHash } from 'node:crypto';

/** Git's id of a file's content (sha1 object format). */
export function gitBlob(content: Uint8Array | string): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
