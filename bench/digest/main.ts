import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { compareWithPython } from './compare.ts';

/** `npm run bench:digest [-- --json]`: is the digest of a file what Python sees of it? The environment's own Python is the judge. */

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    mutants: { type: 'string', default: '27000' },
    seed: { type: 'string', default: '1' },
  },
});
const repository = dirname(dirname(import.meta.dirname));
const started = Date.now();
let lastShown = started;
const result = await compareWithPython(repository, {
  mutants: Number(values.mutants),
  seed: Number(values.seed),
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
