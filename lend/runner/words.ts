import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Phase, parsePhase } from '../../core/formats/lending/phase.ts';
import type { Asked } from '../gate/judge.ts';

/** The words that client, hook and runner/ leave for each other, each a file in one folder of the job. */

const NAMES = [
  ...['GITHUB_ACTOR', 'GITHUB_ACTOR_ID', 'GITHUB_TRIGGERING_ACTOR', 'GITHUB_EVENT_NAME', 'GITHUB_JOB'],
  ...['GITHUB_REF', 'GITHUB_SHA', 'GITHUB_REPOSITORY', 'GITHUB_REPOSITORY_ID', 'GITHUB_RUN_ID'],
  ...['GITHUB_RUN_ATTEMPT', 'GITHUB_WORKFLOW_REF', 'GITHUB_WORKFLOW_SHA', 'GITHUB_SERVER_URL'],
];

/** Files of a job's folder of words. */
export function wordsIn(folder: string) {
  const at = (name: string) => join(folder, name);
  return { hook: at('started.sh'), yield: at('yield'), phase: at('phase'), answer: at('answer'), folder };
}
type Words = ReturnType<typeof wordsIn>;

/**
 * The hook that GitHub's runner starts before the first step of its job. It asks the client and waits. The client lets the job begin, or
 * ends it: a failed hook alone would still let steps run that say `if: always()`.
 */
export async function writeHook({ hook, answer, folder }: Words): Promise<void> {
  const script = `#!/usr/bin/env bash
# Made by \`descent lend\` for this one job: its owner's computer decides whether it may begin.
set -eu
cd ${quoted(folder)}
cp -- "$GITHUB_EVENT_PATH" event
for name in ${NAMES.join(' ')}; do printf '%s=%s\\n' "$name" "\${!name-}"; done > asked.part
mv asked.part asked
echo 'The owner checks this job.'
until [ -e ${quoted(answer)} ]; do sleep 0.1; done
`;
  await writeFile(hook, script, { mode: 0o755 });
}

/** What the hook asks; null until it does. */
export async function readAsked({ folder }: Words): Promise<Asked | null> {
  const text = await optional(join(folder, 'asked'));
  if (text === null) return null;
  const lines = text.split('\n').filter((line) => line.includes('='));
  const env = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return { env, event: (await optional(join(folder, 'event'))) ?? '' };
}

export async function letBegin({ answer }: Words): Promise<void> {
  await writeFile(answer, 'yes\n');
}

/** Asks runner/ to end what it measures at once. */
export async function askToYield(words: Words): Promise<void> {
  await writeFile(`${words.yield}.part`, 'The owner is back.\n');
  await rename(`${words.yield}.part`, words.yield);
}

/** Null before runner/ has begun. */
export async function readPhase({ phase }: Words): Promise<Phase | null> {
  return parsePhase((await optional(phase)) ?? '');
}

async function optional(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
