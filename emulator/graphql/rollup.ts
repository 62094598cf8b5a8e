import { nodeId } from '../shapes/node-id.ts';
import { checksOf, latestOf } from '../world/checks.ts';
import type { CheckRun, Repository } from '../world/model.ts';
import { connection } from './connection.ts';
import type { Args, Source, View } from './view.ts';

/** All check runs of a commit as one state; null where it has none. Commit statuses, the older kind, are not played. */
export function checkRollup(view: View, repository: Repository, sha: string): Source | null {
  const checks = latestOf(checksOf(view.world, repository, sha));
  if (checks.length === 0) return null;
  const id = nodeId('SCR', repository.id, sha);
  return {
    __typename: 'StatusCheckRollup',
    id,
    state: rollupState(checks).toUpperCase(),
    commit: () => view.commit(repository, sha),
    contexts: (args: Args) =>
      connection('contexts', checks, args, (check) => view.check(check), {
        checkRunCount: checks.length,
        checkRunCountsByState: () => counted(checks),
        statusContextCount: 0,
        statusContextCountsByState: [],
      }),
  };
}

/** As GitHub sums them up. */
export function rollupState(checks: CheckRun[]): 'pending' | 'failure' | 'success' {
  if (checks.some((check) => check.status !== 'completed')) return 'pending';
  const good = ['success', 'neutral', 'skipped'];
  return checks.every((check) => good.includes(check.conclusion ?? '')) ? 'success' : 'failure';
}

function counted(checks: CheckRun[]): Source[] {
  const states = checks.map((check) => (check.conclusion ?? check.status).toUpperCase());
  return [...new Set(states)].map((state) => ({
    __typename: 'CheckRunStateCount',
    state,
    count: states.filter((one) => one === state).length,
  }));
}
