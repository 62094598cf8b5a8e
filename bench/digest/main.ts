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
const result = await compareWithPython(repository, {
  mutants: Number(values.mutants),
  seed: Number(values.seed),
});
const lines = [
  `files            ${result.files} of the standard library and the locked packages, of which Python compiles ${result.valid}`,
  `                 ${result.refusedValid} of these refused here (0), ${result.acceptedInvalid} others accepted (0)`,
  `mutants          ${result.mutants}: ${result.same} the same program, ${result.other} another one, ${result.none} none`,
  `digests          ${result.shared} shared by two programs (0), ${result.split} of one program under two (0)`,
  `refused          ${result.mutantsRefused} valid mutants (0); accepted ${result.mutantsAccepted} that Python does not compile`,
];
(values.json ? console.error : console.log)([...lines, ...result.examples].join('\n'));
if (values.json) console.log(JSON.stringify({ ...result, examples: undefined }));
process.exitCode = result.shared + result.split + result.refusedValid + result.mutantsRefused === 0 ? 0 : 1;
