import { readFileSync, writeFileSync } from 'node:fs';
import { PIN_FILE, readPin } from './pin.ts';
import { isNewer, pinOf } from './release.ts';

/**
 * `node lend/runner/archive/main.ts < release.json`: writes the pin of a newer release of GitHub's runner into pin.json. runner-pin.yml
 * calls it, and so may you: gh api repos/actions/runner/releases/latest | node lend/runner/archive/main.ts
 */

const pin = pinOf(JSON.parse(readFileSync(0, 'utf8')));
if (!pin.ok) {
  for (const problem of pin.problems) console.error(problem);
  process.exitCode = 1;
} else if (isNewer(pin.value.version, readPin().version)) {
  writeFileSync(PIN_FILE, `${JSON.stringify(pin.value, null, 2)}\n`);
  console.log(`GitHub's runner: ${pin.value.version} is pinned now.`);
} else console.log(`GitHub's runner: ${readPin().version} is the newest.`);
