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

/** The one of an App in a repository of another account, on which it is installed. */
export function installedToken({ world }: Emulator, app: number, at: typeof REPO): string {
  const permissions = { actions: 'write', checks: 'write', contents: 'write' } as const;
  return token(world, world.apps.get(app)!, permissions, at);
}

function token(
  world: Emulator['world'],
  app: App,
  permissions: { [name: string]: 'write' },
  at = REPO,
): string {
  const repositories = new Set([world.repository(at.owner, at.repo)]);
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
