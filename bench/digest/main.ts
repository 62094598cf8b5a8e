import { dirname } from 'node:path';
import { Command } from 'commander';
import { whole } from '../whole.ts';
import { compareWithPython } from './compare.ts';

/** `npm run bench:digest [-- --json]`: is the digest of a file what Python sees of it? The environment's own Python is the judge. */

const count = whole(0, 'It must be a whole number.');
const values = new Command('npm run bench:digest --')
  .description(
    "Compares the digest of files with what the environment's own Python compiles: the standard library, the locked packages, and files with one change.",
  )
  .option('--mutants <number>', 'files with one change', count, 27_000)
  .option('--seed <number>', 'chooses the changes', count, 1)
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .addHelpText('after', '\nExit status: 0 when both agree on every file, else 1.')
  .parse()
  .opts<{ mutants: number; seed: number; json?: boolean }>();
const repository = dirname(dirname(import.meta.dirname));
const started = Date.now();
let lastShown = started;
const result = await compareWithPython(repository, {
  mutants: values.mutants,
  seed: values.seed,
  say({ files, mutants }) {
    if (Date.now() - lastShown < 10_000) return;
    lastShown = Date.now();
    console.error(`${Math.round((lastShown - started) / 1000)} s: ${files} files, ${mutants} mutants`);
  },
});
const lines = [
  `files            ${result.files} of the standard library and the locked packages, of which Python compiles ${result.valid}`,
  `                 ${result.refusedValid} of these refused here (0), ${result.acceptedInvalid} others accepted (0)`,
  `mutants          ${result.mutants}: ${result.same} the same program, ${result.other} another one, ${result.none} none`,
  `digests          ${result.shared} shared by two programs (0), ${result.split} of one program under two (0)`,
  `refused          ${result.mutantsRefused} valid mutants (0); accepted ${result.mutantsAccepted} that Python does not compile (0)`,
];
(values.json ? console.error : console.log)([...lines, ...result.examples].join('\n'));
const disagreements = result.shared + result.split + result.mutantsRefused + result.mutantsAccepted;
const summary = {
  files: result.files,
  fallback: result.refusedValid,
  mutants: result.mutants,
  disagreements,
};
if (values.json) console.log(JSON.stringify({ ...summary, ...result, examples: undefined }));
process.exitCode = summary.fallback + disagreements === 0 ? 0 : 1;
