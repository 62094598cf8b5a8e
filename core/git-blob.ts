import { createHash } from 'node:crypto';

/** Git's id of a file's content (sha1 object format). */
export function gitBlob(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
