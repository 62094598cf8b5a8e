import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import type { MachineFile } from '../../core/formats/lending/machine-file.ts';
import { runnerLabel } from '../../core/formats/lending/runner-name.ts';
import { parseStrictJson } from '../../core/formats/strict-json.ts';

/**
 * Whether a job is the one that this machine registered its runner for, before its first step. What GitHub's runner says is compared
 * with what the client knows: one workflow at one commit, started by one App, and the inputs of one job.
 */

/** What the client knows of the one job that may run. */
export interface Expected {
  /** The machine's repository, OWNER/NAME, its default branch, and the commit of it whose workflow is the template's. */
  repository: string;
  branch: string;
  commit: string;
  workflow: string;
  /** Login of the swarm's App. */
  actor: string;
  run: number;
  nonce: string;
  /** OWNER/REPOSITORY. */
  swarm: string;
  /** What the machine is lent to. */
  tracks: string[];
  /** What it is lent for, as its owner's machine.yml says; everybody's experiments alone where it is left out. */
  accepts?: MachineFile['accepts'] | undefined;
}

/** What GitHub's runner says, as the hook saw it. */
export interface Asked {
  /** The variables GITHUB_... */
  env: Record<string, string>;
  /** The event as JSON: for a dispatch, with its inputs. */
  event: string;
}

const eventSchema = z.looseObject({
  ref: z.string(),
  repository: z.looseObject({ full_name: z.string() }),
  sender: z.looseObject({ login: z.string() }),
  inputs: z.strictObject({ job: z.string(), labels: z.string(), title: z.string() }),
});

/** The parts that decide what runs. The swarm's own action reads the rest, of its own version. */
const jobSchema = z.looseObject({
  nonce: z.string(),
  repository: z.string(),
  track: z.string(),
  stage: z.string(),
  borrow: z.unknown().optional(),
  harness: z.string().regex(/^[0-9a-f]{40}$/, 'must be a commit'),
});

class Refused extends Error {}

/** @returns the commit whose harness the job asks for, or why it is refused */
export function judgeJob(
  expected: Expected,
  asked: Asked,
): { ok: true; harness: string } | { ok: false; why: string } {
  try {
    return { ok: true, harness: harnessOf(expected, asked) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.message };
    throw error;
  }
}

function harnessOf(expected: Expected, { env, event: text }: Asked): string {
  const branch = `refs/heads/${expected.branch}`;
  const names: [string, string, string][] = [
    ['the repository', 'GITHUB_REPOSITORY', expected.repository],
    ['the event', 'GITHUB_EVENT_NAME', 'workflow_dispatch'],
    ['the workflow', 'GITHUB_WORKFLOW_REF', `${expected.repository}/${expected.workflow}@${branch}`],
    ["the workflow's commit", 'GITHUB_WORKFLOW_SHA', expected.commit],
    ['the branch', 'GITHUB_REF', branch],
    ['the commit', 'GITHUB_SHA', expected.commit],
    ['its starter', 'GITHUB_ACTOR', expected.actor],
    ['who started it again', 'GITHUB_TRIGGERING_ACTOR', expected.actor],
    ['the attempt', 'GITHUB_RUN_ATTEMPT', '1'],
    ['the run', 'GITHUB_RUN_ID', String(expected.run)],
  ];
  for (const [what, name, wanted] of names) same(what, env[name], wanted);

  const event = parsed('the event', eventSchema, text);
  same("the event's repository", event.repository.full_name, expected.repository);
  same("the event's branch", event.ref, branch);
  same("the event's sender", event.sender.login, expected.actor);
  const { inputs } = event;
  same('the labels', inputs.labels, JSON.stringify(['self-hosted', runnerLabel(expected.nonce)]));
  same("the title's last word", inputs.title.split(' ').at(-1), expected.nonce);

  const job = parsed('the job', jobSchema, inputs.job);
  // GitHub's expressions read `.Harness` where `.harness` is meant.
  const keys = Object.keys(job).map((key) => key.toLowerCase());
  if (new Set(keys).size !== keys.length) throw new Refused('the job has a key in two spellings');
  same("the job's nonce", job.nonce, expected.nonce);
  same("the job's repository", job.repository, expected.swarm);
  if (!expected.tracks.includes(job.track))
    throw new Refused(
      `the job is for track ${shown(job.track)}, and the machine is lent to ${expected.tracks.join(', ')}`,
    );
  const borrowed = job.stage === 'borrow' || job.borrow !== undefined;
  const { accepts = ['commons'] } = expected;
  if (borrowed ? !accepts.includes('borrowed') : !accepts.some((kind) => kind !== 'borrowed'))
    throw new Refused(
      `the job is ${borrowed ? 'borrowed' : 'an experiment'}, and the machine is lent for ${accepts.join(', ')} alone`,
    );
  return job.harness;
}

function same(what: string, found: string | undefined, wanted: string): void {
  if (found !== wanted) throw new Refused(`${what} is ${shown(found)}, not ${shown(wanted)}`);
}

/** Two keys of one name are refused: another parser might take the other. */
function parsed<T>(what: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    throw new Refused(`${what} is not JSON: ${messageOf(error)}`);
  }
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const { path, message } = found.error.issues[0]!;
  throw new Refused(`${what} is refused: ${path.join('.') || 'the whole'}: ${message}`);
}

function shown(value: string | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value.slice(0, 200));
}
