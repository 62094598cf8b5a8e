import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `GITHUB_TOKEN`, `GH_TOKEN`, or what `gh` is signed in with; null when there is none. It is never written anywhere. */
export async function findToken(env: Record<string, string | undefined>): Promise<string | null> {
  const given = env.GITHUB_TOKEN || env.GH_TOKEN;
  if (given) return given;
  try {
    const { stdout } = await run('gh', ['auth', 'token'], { env, timeout: 10_000 });
    return stdout.trim() || null;
  } catch {
    return null; // gh is not installed, or not signed in: both mean that there is no token
  }
}
