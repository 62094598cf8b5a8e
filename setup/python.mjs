// Runs the locked Python: node setup/python.mjs -m pytest train
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonInterpreter } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
process.exitCode = await runCommand(repository, [pythonInterpreter(repository), ...process.argv.slice(2)]);
