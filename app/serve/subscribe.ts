import type { Logger } from 'pino';
import type { ApplicationFunction } from 'probot';
import { type AppSettings, Descent, type InstallationPayload, type WebhookPayload } from './app.ts';

/** The Probot app: which events are heard, and who gets them. */

const EVENTS = [
  'pull_request',
  'issue_comment.created',
  'workflow_run.completed',
  'check_run.rerequested',
  'check_suite.rerequested',
  'push',
  'repository',
  'installation',
  'installation_repositories',
] as const;

/** Names of the events that are heard, without their actions. */
export const HEARD: ReadonlySet<string> = new Set(EVENTS.map((event) => event.split('.')[0]!));

/** Subscribes; `ready` gets the app once it has started. */
export function descentApp(
  appId: number,
  own: AppSettings,
  log: Logger,
  ready: (descent: Descent) => void,
): ApplicationFunction {
  return (app) => {
    const descent = new Descent(app, appId, own, log);
    app.on([...EVENTS], async ({ name, payload }) => {
      if (name === 'installation' || name === 'installation_repositories')
        void descent
          .installed(name, payload as unknown as InstallationPayload)
          .catch((error: unknown) => log.error({ err: error }, 'sweep after installation'));
      else await descent.receive(name, payload as unknown as WebhookPayload);
    });
    ready(descent);
  };
}
