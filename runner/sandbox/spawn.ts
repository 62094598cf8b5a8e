import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { DESCENT } from '../../core/command-name.ts';
import { inertLog } from '../../core/text/harmless/log.ts';
import { readAccount } from './bubblewrap/bubblewrap-status.ts';
import { type Child, type Exit, SandboxError } from './sandbox.ts';

interface Options {
  /** User and group to become first. */
  owner: number | null;
  env: Record<string, string>;
  /** Descriptor 4 carries bubblewrap's account of the sandbox. */
  account: boolean;
  /** The program's descriptor 3 arrives as standard output, its log as standard error (containers pass no others on). */
  answersOnOutput: boolean;
  /** Further descriptors of the child, from 5. */
  more?: number[];
  /** What else ends the program, for kinds where a daemon holds it. */
  onKill?: () => void;
}

/**
 * Starts a child in a session of its own, so that a Ctrl-C meant for the referee does not reach it first.
 * When bubblewrap tells the sandbox's first process, killing that one ends all, and bubblewrap's own exit proves it.
 */
export function spawnChild(file: string, args: string[], options: Options): Child {
  const child = spawn(file, args, {
    cwd: '/',
    env: options.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', ...(options.more ?? [])],
    ...(options.owner !== null && { uid: options.owner, gid: options.owner }),
  });
  const [orders, out, err, three, four] = child.stdio as [Writable, Readable, Readable, Readable, Readable];
  const state = { first: null as number | null, killed: false, over: false };

  const kill = () => {
    if (state.over) return;
    state.killed = true;
    if (state.first !== null) signalKill(state.first);
    else if (child.pid) signalKill(-child.pid);
    options.onKill?.();
  };
  const account = readAccount(four, ({ firstProcess }) => {
    state.first = firstProcess;
    if (state.killed) kill(); // it was ordered before its number was known
  });

  // A program that ended reads no more. `exit` says how it ended, not the broken pipe.
  orders.on('error', () => undefined);
  let complaint = '';
  err.on('data', (chunk: Buffer) => {
    if (complaint.length < 1000) complaint += chunk.toString('utf8').slice(0, 1000);
  });

  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error) => reject(new SandboxError(`${file} does not start: ${error.message}.`)));
    child.once('exit', async (code, signal) => {
      const { exitCode } = await account;
      state.over = true;
      if (options.account && exitCode === null && signal === null && !state.killed) {
        const said = inertLog(complaint).trim();
        reject(
          new SandboxError(`The sandbox could not be made (status ${code}): ${said}. Try: ${DESCENT} doctor`),
        );
      } else resolve({ status: code ?? 128 + (signal ? constants.signals[signal] : 0) });
    });
  });
  exit.catch(() => undefined); // the waiting code gets the error; there may be none yet
  if (options.answersOnOutput) three.resume();
  return {
    orders,
    answers: options.answersOnOutput ? out : three,
    log: options.answersOnOutput ? [err] : [out, err],
    exit,
    kill,
    firstProcess: () => (options.account ? state.first : (child.pid ?? null)),
  };
}

function signalKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // already gone is what we want
  }
}
