// Makes a fresh clone ready, then runs a command with the installed programs first on the path. Silent and instant when nothing
// is missing. Plain JavaScript for Node 20, since it runs before anything is installed.
//
//   node setup/bootstrap.mjs [--only python|node] [--data NAME]... [command [arguments...]]
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCache } from './cache.mjs';
import { prepareData } from './data.mjs';
import { installPackages } from './packages.mjs';
import { installPython } from './python-environment.mjs';
import { runCommand } from './run-command.mjs';
import { checkSandbox } from './sandbox.mjs';
import { SetupError } from './step.mjs';

const HELP = `Usage: node setup/bootstrap.mjs [--only python|node] [--data NAME]... [command [arguments...]]

Installs what this clone lacks (npm packages with Node 24, uv, the locked Python environment, bubblewrap, data), shows each step
and its time, then runs the command. Without a command it only installs.

  --only python   leave the npm packages out (what a self-hosted runner needs)
  --only node     only the npm packages (what the bot's server needs: no PyTorch, no sandbox, no data)
  --data NAME     prepare this data set (default: pysource); climbmix downloads about a gigabyte

Examples:
  node setup/bootstrap.mjs
  node setup/bootstrap.mjs --only python --data climbmix
  node setup/bootstrap.mjs --only node node app/serve/main.ts`;

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} argv */
function parse(argv) {
  const options = { only: '', data: /** @type {string[]} */ ([]), command: /** @type {string[]} */ ([]) };
  let rest = argv;
  for (; rest[0]?.startsWith('-'); rest = rest.slice(2)) {
    const [flag, value] = rest;
    if (flag === '--help' || flag === '-h') {
      console.log(HELP);
      process.exit(0);
    } else if (flag === '--only' && (value === 'python' || value === 'node')) options.only = value;
    else if (flag === '--data' && value && /^[a-z0-9-]+$/.test(value)) options.data.push(value);
    else
      throw new SetupError(
        `${flag} ${value ?? ''} is not understood.`,
        'See node setup/bootstrap.mjs --help',
      );
  }
  options.command = rest;
  if (options.data.length === 0) options.data.push('pysource');
  return options;
}

async function main() {
  const options = parse(process.argv.slice(2));
  process.umask(0o022); // the sandbox's user must be able to read what root installs
  makeCache();
  if (options.only !== 'python') await installPackages(repository);
  if (options.only !== 'node') await installMeasuring(options.data);
  if (options.command.length > 0) process.exitCode = await runCommand(repository, options.command);
}

/**
 * What it takes to train and to score.
 * @param {string[]} data names of data sets
 */
async function installMeasuring(data) {
  await installPython(repository);
  checkSandbox(repository);
  for (const name of data) await prepareData(repository, name);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`descent: ${error.message}\n${error.remedy}`);
  process.exitCode = 1;
}
