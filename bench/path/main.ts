import { Command } from 'commander';
import type { Ran } from './coverage.ts';
import { followPull } from './follow-pull.ts';

/** `npm run bench:path`: the files of ours that one pull request passes through in the bot, counted by the functions that ran. */

const { json } = new Command('bench:path')
  .description(
    'Follow one pull request from its webhook to its dispatch and to its merge, and list the files whose functions ran.',
  )
  .option('--json', 'print one JSON document on stdout')
  .parse()
  .opts<{ json?: boolean }>();

const { dispatched, merged } = await followPull();
const report = { dispatched: figures(dispatched), merged: figures(merged) };
if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else
  for (const [moment, { files, functions, inDecide, list }] of Object.entries(report))
    process.stdout.write(
      `From the webhook until it is ${moment}: ${files} files (${inDecide} of app/decide), ${functions} functions\n${list.map((file) => `  ${file}\n`).join('')}`,
    );

function figures(ran: Ran) {
  const list = [...ran.keys()].sort();
  return {
    files: list.length,
    inDecide: list.filter((file) => file.startsWith('app/decide/')).length,
    functions: [...ran.values()].reduce((sum, names) => sum + names.size, 0),
    list,
  };
}
