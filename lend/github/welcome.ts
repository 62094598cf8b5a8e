import type { Context } from '../../core/context.ts';
import { CommandError } from '../../core/errors.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import type { Octokit } from './connect.ts';
import type { Place } from './place.ts';

/** The swarm's answer: a check run on the machine's repository. It says at once that the App is installed, alive, and understood. */

/** Name of that check run. */
export const WELCOME_CHECK = 'descent machine';

const POLL_MS = 3000;

/** The page on which an owner installs the App on this one repository. */
export function installLink(server: string, app: string, owner: { id: number }, place: Place): string {
  const query = new URLSearchParams({ target_id: String(owner.id) });
  query.append('repository_ids[]', String(place.id));
  return `${server}/apps/${app}/installations/new/permissions?${query}`;
}

/** The swarm's last word about this machine; null before it said any. */
async function lastWelcome(
  octokit: Octokit,
  place: Place,
  app: string,
): Promise<{ ok: boolean; said: string } | null> {
  const { data } = await octokit.rest.checks.listForRef({
    owner: place.owner,
    repo: place.name,
    ref: place.branch,
    check_name: WELCOME_CHECK,
    filter: 'latest',
  });
  const run = data.check_runs.find((one) => one.app?.slug === app && one.status === 'completed');
  if (run === undefined) return null;
  const said = inertLine([run.output.title, run.output.summary].filter(Boolean).join(': '), 1000);
  return { ok: run.conclusion === 'success', said };
}

/** Waits for the swarm's answer. @throws CommandError with the problems that it names, or when none comes in time */
export async function waitForWelcome(
  octokit: Octokit,
  place: Place,
  app: string,
  { sleep, now }: Pick<Context, 'sleep' | 'now'>,
  { link, minutes }: { link: string; minutes: number },
): Promise<string> {
  const end = now().getTime() + minutes * 60_000;
  for (;;) {
    const answer = await lastWelcome(octokit, place, app);
    if (answer?.ok) return answer.said;
    if (answer !== null)
      throw new CommandError(
        `the swarm does not take this machine: ${answer.said}`,
        `Fix machine.yml in ${place.owner}/${place.name}, then run this again.`,
        { status: 1 },
      );
    if (now().getTime() >= end)
      throw new CommandError(
        `no answer of the App ${app} within ${minutes} min: it is not installed on ${place.owner}/${place.name}, or its server is down`,
        `Install it here, then run this again: ${link}`,
        { status: 1 },
      );
    await sleep(POLL_MS);
  }
}
