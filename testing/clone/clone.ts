import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation/types.js';
import { onTestFinished } from 'vitest';
import { outputSchema } from '../../cli/output.ts';
import { main } from '../../cli/program.ts';
import { isVerb, loadVerbs } from '../../cli/verbs.ts';
import type { Context } from '../../core/context.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { leaderboardOf } from '../examples/leaderboard.ts';
import { resultOf } from '../examples/result.ts';
import { writeHistory } from './write-history.ts';

/** Stages for tests: a folder of their own, a repository with a history, and someone who types commands in it. */

export const TRAIN = 'BATCH_SIZE = 64\nLEARNING_RATE = 0.02\n\n\ndef train(task):\n    pass\n';

/** A folder that is gone after the test. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-agent-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface User extends Context {
  /** Runs `descent ARGS` and answers what a person at the terminal has. */
  descent(...args: string[]): Promise<{ status: number; out: string; err: string }>;
  /** The same with --json, parsed. */
  json(name: string, ...args: string[]): Promise<{ status: number; value: Json; err: string }>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a command answers is looked into by each test
type Json = any;

/** A user in the folder `cwd`, with an index of their own, and a clock that moves while they sleep. */
export function user(cwd: string, cache: string, env: Record<string, string> = {}): User {
  let time = Date.parse('2026-11-20T12:00:00Z');
  const context: Context = {
    cwd,
    env: { DESCENT_CACHE: cache, ...env },
    now: () => new Date(time),
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
    out: () => {},
    err: () => {},
  };
  const descent: User['descent'] = async (...args) => {
    const said = { out: '', err: '' };
    const here = {
      ...context,
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
    };
    return { status: await main(args, here), ...said };
  };
  const json: User['json'] = async (name, ...args) => {
    const { status, out, err } = await descent(name, '--json', ...args);
    const value = JSON.parse(out);
    if (isVerb(name) && !('error' in value)) await isAsDescribed(name, value);
    return { status, value, err };
  };
  return { ...context, descent, json };
}

/** Every answer of every story is what the verb says it answers. */
async function isAsDescribed(name: string, value: unknown): Promise<void> {
  const [verb] = await loadVerbs(name);
  const answer = new AjvJsonSchemaValidator().getValidator(outputSchema(verb!.output) as JsonSchemaType)(
    value,
  );
  if (!answer.valid) throw new Error(`${name} --json: ${answer.errorMessage}: ${JSON.stringify(value)}`);
}

/** A repository with these records on main, and a user in it. */
export async function stage(results: ExperimentResult[] = [], options: { leaderboard?: Leaderboard } = {}) {
  const folder = await scratch();
  const clone = join(folder, 'clone');
  await writeHistory(clone, {
    leaderboard: options.leaderboard ?? leaderboard(),
    results,
    files: { 'train/train.py': TRAIN },
  });
  return { folder, clone, user: user(clone, join(folder, 'cache')) };
}

/** A record that says nothing special but what a test wants of it. */
export function record(
  pull: number,
  about: Partial<Omit<ExperimentResult, 'authorText' | 'untrusted'>> &
    Partial<ExperimentResult['authorText']> = {},
): ExperimentResult {
  const { title, hypothesis, change, expect, buildsOn, agent, log, untrusted: _, ...facts } = about;
  return resultOf({
    pull,
    author: 'ada',
    head: gitBlob(`head ${pull}`),
    blob: gitBlob(`file ${pull}`),
    reason: { code: 'worse', text: 'It is worse than the incumbent.' },
    valBpb: 2.2,
    incumbent: { pull: null, blob: gitBlob(TRAIN), valBpb: 2 },
    runs: [],
    decidedAt: `2026-11-${String(1 + (pull % 19)).padStart(2, '0')}T00:00:00Z`,
    authorText: {
      untrusted: true,
      title: title ?? `Experiment ${pull}`,
      hypothesis: hypothesis ?? 'Something changes for the better.',
      change: change ?? null,
      expect: expect ?? null,
      buildsOn: buildsOn ?? [],
      agent: agent ?? null,
      log: log ?? null,
    },
    ...facts,
  });
}

export function leaderboard(holder: Partial<Leaderboard['tracks'][string]['incumbent']> = {}): Leaderboard {
  const first = { title: 'The first file', blob: gitBlob(TRAIN), at: '2026-11-01T00:00:00Z' };
  return { ...leaderboardOf({ ...first, ...holder }), owners: { ada: { runs: 3, milli: 180_000 } } };
}
