#!/usr/bin/env node
// `descent` as npm installs it. Reading the memory needs the npm packages. Measuring needs the rest, which bootstrap installs.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../setup/packages.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { SetupError } from '../setup/step.mjs';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const main = ['node', join(repository, 'cli', 'main.ts'), ...process.argv.slice(2)];
/** These ask or change something, and measure nothing. */
const ASKS = ['--help', '--setup', '--accept', '--install', '--uninstall'];
const measures =
  ['run', 'try', 'lend'].includes(process.argv[2] ?? '') && !process.argv.some((word) => ASKS.includes(word));

try {
  const command = measures ? ['node', join(repository, 'setup', 'bootstrap.mjs'), ...main] : main;
  await installPackages(repository);
  process.exitCode = await runCommand(repository, command);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`descent: ${error.message}\n  ${error.remedy}`);
  process.exitCode = 2;
}
