import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What Node wrote into a folder of NODE_V8_COVERAGE: which functions of which files ran. */

/** Functions that ran, by file. */
export type Ran = Map<string, Set<string>>;

interface Script {
  url: string;
  functions: { functionName: string; ranges: { startOffset: number; endOffset: number; count: number }[] }[];
}

/** Reads every process's part and takes it away, so that the next reading holds what ran since. */
export async function takeRan(folder: string, root: string, parts: string[]): Promise<Ran> {
  const ran: Ran = new Map();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { result } = JSON.parse(await readFile(path, 'utf8')) as { result: Script[] };
    for (const script of result) add(ran, script, root, parts);
    await rm(path);
  }
  return ran;
}

/** The union of both. */
export function together(one: Ran, other: Ran): Ran {
  const files = new Set([...one.keys(), ...other.keys()]);
  return new Map(
    [...files].map((file) => [file, new Set([...(one.get(file) ?? []), ...(other.get(file) ?? [])])]),
  );
}

function add(ran: Ran, { url, functions }: Script, root: string, parts: string[]): void {
  if (!url.startsWith('file://')) return;
  const file = relative(root, fileURLToPath(url));
  if (!parts.some((part) => file.startsWith(`${part}/`)) || file.includes('node_modules/')) return;
  for (const { functionName, ranges } of functions) {
    const { startOffset, count } = ranges[0]!;
    // At 0 stands the file's top level: that a file was imported does not count.
    if (count === 0 || startOffset === 0) continue;
    const seen = ran.get(file) ?? new Set();
    ran.set(file, seen.add(`${functionName}@${startOffset}`));
  }
}

/** Has a program that was started with `on-message.ts` write what ran since the last time. */
export async function writeCoverage(program: ChildProcess): Promise<void> {
  program.send('take');
  await once(program, 'message');
}
