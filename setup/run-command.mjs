// Runs a command with this clone's Node 24 and tools first on the path, and ends with its exit status.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @param {string} repository
 * @param {string[]} command
 * @returns {Promise<number>} exit status
 */
export function runCommand(repository, [file = '', ...args]) {
  const path = [join(repository, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  // Heard from the start: a signal that came right after the command began would end this process alone.
  // The terminal sends SIGINT to the whole group. The child ends on its own, and this process must outlive it.
  process.on('SIGINT', () => {});
  // What only this process is sent is meant for the command.
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGUSR2']))
    process.on(signal, () => child.kill(signal));
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`descent: ${file} does not start: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
