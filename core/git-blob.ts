import { createHash } from 'node:crypto';

/** Git's id of a file's content (sha1 object format). */
export function gitBlob(content: Uint8Array | string): string {
  const length = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  return createHash('sha1').update(`blob ${length}\0`).update(content).digest('hex');
}
