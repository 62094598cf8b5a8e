import { execa } from 'execa';
import { inertLine } from '../../../core/text/harmless/terminal.ts';

/** What a program answered; `absent`: there is none of that name; `silent`: it was ended because it took too long. */
export type Answer =
  | { kind: 'answered'; status: number; stdout: string; stderr: string }
  | { kind: 'absent' }
  | { kind: 'silent' };

/** Runs a program. When the signal comes, it is killed with all that it started. */
export type Ask = (file: string, args: string[], signal: AbortSignal) => Promise<Answer>;

const MOST_BYTES = 1 << 20;

/** Programs found and run in an environment. They answer in English, whatever the owner's language. */
export function asker(env: NodeJS.ProcessEnv): Ask {
  return (file, args, signal) => ask(file, args, { ...env, LC_ALL: 'C', LANGUAGE: 'C' }, signal);
}

/** The same in the environment as it is, for the owner's own commands. */
export async function ask(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Answer> {
  if (signal.aborted) return { kind: 'silent' };
  // A group of its own: what it started in turn would otherwise live on, and keep its pipes open.
  const child = execa(file, args, {
    env,
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MOST_BYTES,
  });
  const end = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // its last process has just ended
    }
    // A process that left the group may hold the pipes: nobody waits for it.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  signal.addEventListener('abort', end);
  try {
    const { code, exitCode, signal: killed, stdout, stderr } = await child;
    if (signal.aborted) return { kind: 'silent' };
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return { kind: 'absent' };
    if (exitCode === undefined && killed === undefined)
      return { kind: 'answered', status: 126, stdout: '', stderr: `cannot run: ${code}` };
    return { kind: 'answered', status: exitCode ?? 128, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** The first line that a program wrote, for people. */
export function firstLine(...texts: string[]): string {
  const line = texts.flatMap((text) => text.split('\n')).find((one) => one.trim() !== '');
  return inertLine(line ?? 'it said nothing', 120);
}
