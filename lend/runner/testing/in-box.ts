import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { findBubblewrap } from '../../../runner/sandbox/bubblewrap/find-bubblewrap.ts';
import { pythonEnvironment } from '../../../setup/paths.mjs';
import { boxArguments, type Shown, tryBox } from '../box/box.ts';

/** Runs a program in the box as whoever starts this: `node in-box.ts SHOWN-AS-JSON PROGRAM ARGUMENTS...` */

const repository = dirname(dirname(dirname(import.meta.dirname)));
const [text = '', ...command] = process.argv.slice(2);
const shown = JSON.parse(text) as Shown;
const bwrap = realpathSync(findBubblewrap({ environment: pythonEnvironment(repository, process.env) }));
const trouble = await tryBox(bwrap, shown);
if (trouble !== null) throw new Error(trouble);
process.stdout.write(
  execFileSync(bwrap, [...boxArguments(shown), '--', ...command], {
    env: { PATH: '/usr/bin:/bin', HOME: shown.temporary },
  }),
);
