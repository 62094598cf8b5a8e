import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

type Env = Record<string, string | undefined>;

/** A token, or how to get one. */
export type Token = { token: string } | { token: null; remedy: string };

const SIGN_IN = 'Sign in with `gh auth login`, or set GITHUB_TOKEN.';

/**
 * `GITHUB_TOKEN`, `GH_TOKEN`, or what `gh` is signed in with at this host. It is never written anywhere.
 * @param host a token of another host is not sent there
 */
export async function findToken(env: Env, host: string): Promise<Token> {
  const given = env.GITHUB_TOKEN || env.GH_TOKEN;
  if (given) return { token: given };
  const asked = await gh(env, ['auth', 'token', '--hostname', host]);
  if (asked.ok) return asked.said.trim() ? { token: asked.said.trim() } : { token: null, remedy: SIGN_IN };
  if (!/unknown command|unknown flag/.test(asked.said)) return { token: null, remedy: SIGN_IN };
  // Before version 2.17 gh shows the token among other things.
  const shown = await gh(env, ['auth', 'status', '--show-token', '--hostname', host]);
  const token = shown.ok ? /Token:\s+([\w-]{10,})\s*$/m.exec(shown.said)?.[1] : undefined;
  if (token !== undefined) return { token };
  return {
    token: null,
    remedy: `This gh is too old to hand over its token (2.17 can): update it, or set GITHUB_TOKEN. If gh is not signed in: gh auth login`,
  };
}

/** What gh says on both streams; older ones write to the other. */
async function gh(env: Env, args: string[]): Promise<{ ok: boolean; said: string }> {
  try {
    const { stdout, stderr } = await run('gh', args, { env, timeout: 10_000 });
    return { ok: true, said: stdout || stderr };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? error.message : '' }; // not installed, or it said no
  }
}
