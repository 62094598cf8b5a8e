import { createHash } from 'node:crypto';
import { programOf } from './python.ts';

/** Marks how the digest was made: one without it is of `content-before.ts`. */
const MARK = 'd2';

/**
 * The digest of what a Python file says, whatever its comments and formatting: of its syntax tree, as Python's `ast.dump` would
 * print it (`npm run bench:digest`). For a file that Python refuses, its bytes stand.
 * @returns 34 hex digits
 */
export function contentOf(text: string): string {
  const program = programOf(text);
  const said = 'dump' in program ? `tree\0${program.dump}` : `bytes\0${text}`;
  return MARK + createHash('sha256').update(said).digest('hex').slice(0, 32);
}

/** Whether a digest on record was made as they are now. */
export function isPresentContent(digest: string): boolean {
  return digest.length === MARK.length + 32;
}
