import { Command } from 'commander';
import { acceptGh, ghVersion } from './accept.ts';

/** `npm run accept:gh`: gh as it is installed, over TLS, against the emulator. Nothing of the user's own gh is read or written. */

const { json } = new Command('accept:gh')
  .description('Runs the gh that is installed against the emulator over TLS, one verb after the other.')
  .option('--json', 'print {gh, verbs: [{verb, ok, output?}]}')
  .parse()
  .opts<{ json?: boolean }>();

const gh = await ghVersion();
if (gh === null) {
  process.stderr.write('accept:gh: gh is not installed (Debian, Ubuntu: apt-get install gh)\n');
  process.exit(2);
}
const verbs = await acceptGh({
  tell({ verb, ok, output }) {
    if (!json)
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  gh ${verb}\n${output ? `${output}\n` : ''}`);
  },
});
const bad = verbs.filter(({ ok }) => !ok).length;
process.stdout.write(
  json
    ? `${JSON.stringify({ gh, verbs })}\n`
    : `${verbs.length - bad} of ${verbs.length} verbs work with gh ${gh}\n`,
);
process.exitCode = bad === 0 ? 0 : 1;
