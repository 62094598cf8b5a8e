import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';

const MAIN = createRequire(import.meta.url).resolve('../cli/main.ts');

/** What `descent ledger verify` answers in a clone. It fails where something does not follow. @param cache for its index */
export async function verifyIn(clone: string, cache: string): Promise<string> {
  const env = { DESCENT_CACHE: join(cache, 'cache-of-verify') };
  const { stdout } = await execa(process.execPath, [MAIN, 'ledger', 'verify'], { cwd: clone, env });
  return stdout;
}
