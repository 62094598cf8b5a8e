import type { Actor, App, CheckRun, Conclusion, Repository } from './model.ts';
import { need, signedIn } from './permissions.ts';
import { invalid, RefusedError } from './refused.ts';
import type { World } from './world.ts';

/** Check runs: written by an App, and only by the App that made them. */

const TEXT_LIMIT = 65_535;

/** A button that the App puts on its check. */
export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

export interface CheckInput {
  name?: string | undefined;
  status?: 'queued' | 'in_progress' | 'completed' | undefined;
  conclusion?: Conclusion | undefined;
  externalId?: string | undefined;
  detailsUrl?: string | undefined;
  startedAt?: string | undefined;
  completedAt?: string | undefined;
  actions?: CheckAction[] | undefined;
  output?:
    | { title?: string | undefined; summary?: string | undefined; text?: string | undefined }
    | undefined;
}

export async function createCheck(
  world: World,
  actor: Actor,
  repository: Repository,
  headSha: string,
  input: CheckInput & { name: string },
): Promise<CheckRun> {
  const app = checker(actor, repository);
  if ((await repository.git.store.read(headSha))?.type !== 'commit')
    throw invalid(`No commit found for SHA: ${headSha}`);
  const check: CheckRun = {
    id: world.id(),
    suiteId: suiteOf(world, repository, headSha, app) ?? world.id(),
    repository,
    app,
    headSha,
    name: input.name,
    status: 'queued',
    conclusion: null,
    externalId: '',
    detailsUrl: null,
    startedAt: world.time(),
    completedAt: null,
    actions: [],
    output: { title: null, summary: null, text: null },
  };
  fill(world, check, input);
  world.checkRuns.set(check.id, check);
  await announceCheck(world, check, 'created');
  return check;
}

export async function updateCheck(
  world: World,
  actor: Actor,
  check: CheckRun,
  input: CheckInput,
): Promise<void> {
  const app = checker(actor, check.repository);
  if (app !== check.app)
    throw new RefusedError(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
      undefined,
      'FORBIDDEN',
    );
  const ended = check.status === 'completed';
  fill(world, check, input);
  if (!ended && check.status === 'completed') await announceCheck(world, check, 'completed');
}

export function checksOf(world: World, repository: Repository, headSha: string): CheckRun[] {
  return [...world.checkRuns.values()].filter((c) => c.repository === repository && c.headSha === headSha);
}

/** The newest check run of each name in each suite. */
export function latestOf(checks: CheckRun[]): CheckRun[] {
  return [...new Map(checks.map((c) => [`${c.suiteId} ${c.name}`, c])).values()];
}

/** All check runs of a suite, the oldest first. */
export function suiteOfId(world: World, repository: Repository, id: number): CheckRun[] {
  return [...world.checkRuns.values()].filter((c) => c.repository === repository && c.suiteId === id);
}

function suiteOf(world: World, repository: Repository, headSha: string, app: App): number | undefined {
  return checksOf(world, repository, headSha).find((c) => c.app === app)?.suiteId;
}

export function checker(actor: Actor, repository: Repository): App {
  const writer = signedIn(actor);
  if (writer.kind !== 'integration')
    throw new RefusedError(403, 'You must authenticate via a GitHub App.', undefined, 'FORBIDDEN');
  need(writer, repository, 'checks', 'write');
  return writer.app;
}

function fill(world: World, check: CheckRun, input: CheckInput): void {
  for (const [field, text] of Object.entries(input.output ?? {}))
    if (text !== undefined && text.length > TEXT_LIMIT)
      throw invalid('Invalid request.', [
        {
          resource: 'CheckRun',
          code: 'custom',
          field,
          message: `Only ${TEXT_LIMIT} characters are allowed; ${text.length} were supplied.`,
        },
      ]);
  if (input.status === 'completed' && !input.conclusion && !check.conclusion)
    throw invalid('Validation Failed', [
      { resource: 'CheckRun', code: 'missing_field', field: 'conclusion' },
    ]);
  check.name = input.name ?? check.name;
  check.status = input.conclusion ? 'completed' : (input.status ?? check.status);
  if (check.status === 'completed') {
    check.conclusion = input.conclusion ?? check.conclusion;
    check.completedAt = input.completedAt ?? check.completedAt ?? world.time();
  } else check.conclusion = check.completedAt = null;
  check.externalId = input.externalId ?? check.externalId;
  check.detailsUrl = input.detailsUrl ?? check.detailsUrl;
  check.startedAt = input.startedAt ?? check.startedAt;
  check.actions = input.actions ?? check.actions;
  world.rerequestedSuites.delete(check.suiteId);
  const { title, summary, text } = input.output ?? {};
  const old = check.output;
  check.output = { title: title ?? old.title, summary: summary ?? old.summary, text: text ?? old.text };
}

async function announceCheck(world: World, checkRun: CheckRun, action: string): Promise<void> {
  const { repository, app } = checkRun;
  await world.emit({ event: 'check_run', action, checkRun, repository, sender: app.bot });
}
