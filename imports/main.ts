import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cruiseImports } from './cruise.ts';
import { page } from './picture.ts';

const HELP = `Usage: node imports/main.ts [--picture]

Compares every import, and every start of a child process, with the rules in imports/rooms.ts. Part of \`npm run lint\`.

  --picture   write docs/imports.md, the picture of who imports whom (npm run picture)`;

const root = join(import.meta.dirname, '..');
const PAGE = join(root, 'docs', 'imports.md');

const { values } = parseArgs({
  options: { picture: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) console.log(HELP);
else {
  const cruise = await cruiseImports(root);
  if (values.picture) writeFileSync(PAGE, page(cruise));
  for (const { from, to, rule, cycle } of cruise.violations) {
    const way = cycle ? cycle.map(({ name }) => name).join(' -> ') : to;
    console.error(`${from} -> ${way}\n  against the rule: ${rule.name}`);
  }
  const old = readFileSync(PAGE, 'utf8') !== page(cruise);
  if (old) console.error('docs/imports.md is out of date: npm run picture');
  if (cruise.violations.length > 0) console.error('The rules are in imports/rooms.ts.');
  if (old || cruise.violations.length > 0) process.exitCode = 1;
}
