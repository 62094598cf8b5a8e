import { isFrontierBranch } from '../../core/formats/frontier.ts';
import { type Look, look } from '../model/event.ts';
import { decodeOverall, decodeRun } from '../model/state.ts';
import { parseCommand } from './command.ts';

/** A webhook only says where to look. What the bot itself caused is known already. */

/** The parts of GitHub's payloads that are read. */
export interface Payload {
  action?: string;
  sender?: { login: string };
  before?: string;
  ref?: string;
  repository?: { default_branch: string };
  pull_request?: { number: number };
  issue?: { number: number; pull_request?: object };
  comment?: { body: string };
  workflow_run?: { path: string; display_title: string; event: string };
  check_run?: { external_id: string; head_sha: string };
  check_suite?: { head_sha: string };
}

const PULL_ACTIONS = new Set([
  'opened',
  'edited',
  'synchronize',
  'reopened',
  'ready_for_review',
  'converted_to_draft',
  'closed',
  'unlocked',
]);

const SHA = /^[0-9a-f]{40}$/;

/** What a run's title says, as `title` in decide/order.ts wrote it: `descent #41 explore 1 <head> <nonce>`. */
export function lookFromTitle(title: string): Look | null {
  const match = /^descent (?:#([1-9]\d{0,9})|baseline) [a-z]+ \d+ ([0-9a-f]{40}) [0-9a-f]{32}$/.exec(title);
  if (!match) return null;
  return match[1]
    ? look({ kind: 'pull', number: Number(match[1]) }, [match[2]!])
    : look({ kind: 'first-incumbent', track: null });
}

/** Where to look after an event, or why nowhere. `bot` is the login of the bot itself; null while that is unknown. */
export function fromWebhook(name: string, payload: Payload, bot: string | null): Look | { ignored: string } {
  if (name === 'workflow_run') {
    // Dispatched by the bot itself, so this one event counts although the bot is its sender.
    if (payload.action !== 'completed') return { ignored: `workflow_run ${payload.action}` };
    const run = payload.workflow_run;
    if (run?.event !== 'workflow_dispatch') return { ignored: 'a workflow run that was not dispatched' };
    return lookFromTitle(run.display_title) ?? { ignored: 'a workflow run that is not an experiment' };
  }
  if (bot !== null && payload.sender?.login === bot) return { ignored: `${name} caused by the bot itself` };
  if (name === 'pull_request' && payload.pull_request) {
    if (!PULL_ACTIONS.has(payload.action ?? '')) return { ignored: `pull_request ${payload.action}` };
    const before = payload.before && SHA.test(payload.before) ? [payload.before] : [];
    return look(
      { kind: 'pull', number: payload.pull_request.number },
      before,
      payload.action === 'reopened' || payload.action === 'edited',
    );
  }
  if (name === 'issue_comment') {
    const asks = payload.issue?.pull_request && parseCommand(payload.comment?.body ?? '') !== null;
    if (payload.action !== 'created' || !asks) return { ignored: 'a comment that asks for nothing' };
    return look({ kind: 'pull', number: payload.issue!.number });
  }
  if (name === 'check_run' && payload.action === 'rerequested' && payload.check_run) {
    const { external_id, head_sha } = payload.check_run;
    const owner = (decodeRun(external_id) ?? decodeOverall(external_id))?.pull;
    if (owner === null) return look({ kind: 'first-incumbent', track: null }, [], true);
    return owner === undefined
      ? look({ kind: 'commit', oid: head_sha }, [], true)
      : look({ kind: 'pull', number: owner }, [head_sha], true);
  }
  if (name === 'check_suite' && payload.action === 'rerequested' && payload.check_suite)
    return look({ kind: 'commit', oid: payload.check_suite.head_sha }, [], true);
  if (name === 'push') {
    const [, branch = ''] = /^refs\/heads\/(.+)$/.exec(payload.ref ?? '') ?? [];
    // Whoever moved or removed a branch that shows a frontier: it is set right.
    return branch === payload.repository?.default_branch || isFrontierBranch(branch)
      ? look({ kind: 'first-incumbent', track: null })
      : { ignored: 'a push to another branch' };
  }
  if (name === 'installation' || name === 'installation_repositories')
    return look({ kind: 'first-incumbent', track: null });
  return { ignored: name };
}
