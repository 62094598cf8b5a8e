import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between the signals of a cancelled step, as the Actions runner waits. */
const GRACE = { interrupt: 7500, terminate: 2500 };
const LINE_LIMIT = 64 * 1024;

export interface StepProcess {
  file: string;
  args: string[];
  cwd: string;
  env: { [name: string]: string };
}

/**
 * Runs a step's process in a group of its own. Aborted, the group gets SIGINT, then SIGTERM, then SIGKILL; however it ended,
 * what is left of the group is killed.
 * @returns exit status, 128 + signal when one ended it
 */
export async function runProcess(
  { file, args, cwd, env }: StepProcess,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  closed.catch(() => {}); // a failed start is reported by `exit` alone
  const group = (name: NodeJS.Signals) => signalGroup(child.pid, name);
  const abort = () => void stop(exit, group);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const [code, endedBy] = await exit;
    group('SIGKILL');
    await Promise.race([closed, sleep(2000, undefined, { ref: false })]); // a process that left the group may hold the pipes
    return code ?? 128 + (endedBy ? constants.signals[endedBy] : 0);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function stop(exit: Promise<unknown>, group: (name: NodeJS.Signals) => void): Promise<void> {
  const over = exit.then(
    () => true,
    () => true,
  );
  const within = (ms: number) => Promise.race([over, sleep(ms, false, { ref: false })]);
  group('SIGINT');
  if (await within(GRACE.interrupt)) return;
  group('SIGTERM');
  if (await within(GRACE.terminate)) return;
  group('SIGKILL');
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Calls back for each line without its end; an endless line is cut, so that a flood costs no memory. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop()!;
    for (const line of lines) onLine(line.slice(0, LINE_LIMIT));
    if (rest.length > LINE_LIMIT) rest = rest.slice(0, LINE_LIMIT);
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}
