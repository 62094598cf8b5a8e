// One step of the set-up: shows what it does and for how long, and keeps the output in case it fails.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Something that cannot be installed from here, with the command that installs it. */
export class SetupError extends Error {
  /**
   * @param {string} message what happened, to what
   * @param {string} remedy what to do
   */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/**
 * Runs a child process under a line that counts its seconds.
 * @param {string} title
 * @param {string[]} command
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, remedy: string, progress?: boolean}} options progress: whether the child draws its own
 */
export async function step(title, [file = '', ...args], { cwd, env, remedy, progress = false }) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const live = process.stderr.isTTY === true && !progress;
  process.stderr.write(live ? `descent: ${title} ...` : `descent: ${title} ...\n`);
  const timer =
    live && setInterval(() => process.stderr.write(`\rdescent: ${title} ... ${seconds()} `), 1000);
  const { status, output } = await collect(file, args, progress, { cwd, env });
  if (timer) clearInterval(timer);
  process.stderr.write(
    `${live ? '\r' : ''}descent: ${title}: ${status === 0 ? 'done' : 'failed'} after ${seconds()}\n`,
  );
  if (status === 0) return;
  const lines = output.trim().split('\n');
  const shown = lines.length > 20 ? [...lines.slice(0, 8), '...', ...lines.slice(-12)] : lines;
  throw new SetupError(
    `${title} failed: ${[file, ...args].join(' ')} ended with ${status}.\n${shown.join('\n')}`,
    remedy,
  );
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {boolean} progress
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv}} options
 * @returns {Promise<{status: number | string, output: string}>}
 */
function collect(file, args, progress, options) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (/** @type {Buffer} */ chunk) => {
      if (output.length < 200_000) output += chunk;
      if (progress) process.stderr.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ status: error.message, output }));
    child.on('close', (code, signal) => resolve({ status: code ?? signal ?? 1, output }));
  });
}

/**
 * Holds a lock folder while `work` runs, so that two clones that start together install once. Takes over a lock whose process is gone.
 * @param {string} folder
 * @param {() => Promise<void>} work
 */
export async function withLock(folder, work) {
  mkdirSync(dirname(folder), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      if (!holderAlive(folder)) rmSync(folder, { recursive: true, force: true });
      else if (!waited) process.stderr.write(`descent: waiting for another process (${folder})\n`);
      await sleep(500);
    }
  }
  try {
    writeFileSync(join(folder, 'pid'), `${process.pid} ${startOf(process.pid)}`);
    await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function holderAlive(folder) {
  try {
    const [pid, start] = readFileSync(join(folder, 'pid'), 'utf8').split(' ');
    process.kill(Number(pid), 0);
    return start === undefined || start === startOf(Number(pid)); // an older clone wrote the number alone
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT') return age(folder) < 5000; // made a moment ago, its number not yet written
    return code === 'EPERM'; // another user's process: alive
  }
}

/**
 * When a process began, in the kernel's ticks: numbers of processes come again, in a container at every start. '' where /proc does not say.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}

/** @param {string} folder */
function age(folder) {
  return Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
