import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../setup/paths.mjs';

/**
 * `descent`, the command. What it imports is compiled once and cached: that halves the time of a short command. The cache is where no job
 * on a lent machine writes, since it is run as code.
 */

enableCompileCache(join(cacheFolder(), 'lend', 'compiled'));
const { main } = await import('./program.ts');

// `| head` closes the pipe, or the terminal is gone: no one reads the rest. What must tidy up first hears it as a hang-up, once.
let isRead = true;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  if (process.listenerCount('SIGHUP') === 0) process.exit();
  if (isRead) process.emit('SIGHUP', 'SIGHUP');
  isRead = false;
});

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  now: () => new Date(),
  sleep: (milliseconds) => sleep(milliseconds),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
