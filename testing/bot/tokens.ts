import { type App, actionsApp, createToken, type Emulator } from '@descent-swarm/github-emulator';
import { REPO } from '../town/town.ts';

/** Tokens that GitHub gives only to programs, not to people who ask. */

/** The one a workflow with sweep.yml's permissions gets. */
export function workflowToken({ world }: Emulator): string {
  const write = {
    actions: 'write',
    checks: 'write',
    contents: 'write',
    issues: 'write',
    pull_requests: 'write',
  } as const;
  return token(world, actionsApp(world), write);
}

/** The one of another App that is installed on the repository and may write check runs. */
export function checksToken({ world }: Emulator, app: number): string {
  return token(world, world.apps.get(app)!, { checks: 'write' });
}

function token(world: Emulator['world'], app: App, permissions: { [name: string]: 'write' }): string {
  const repositories = new Set([world.repository(REPO.owner, REPO.repo)]);
  const actor = {
    kind: 'integration' as const,
    app,
    repositories,
    permissions,
    installation: null,
    job: null,
  };
  return createToken(world, 'ghs', actor, 60);
}
