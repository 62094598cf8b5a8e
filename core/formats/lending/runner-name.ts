/** Names that tie a runner to its machine and to the one job that it is there for. */

/** What results and standings call a lent machine. */
export function machineName(login: string, machine: string): string {
  return `${login.toLowerCase()}.${machine}`;
}

/**
 * The runner that is registered for one job: GitHub does not take a name twice.
 * @param attempt 2 where GitHub's answer to the first registration got lost
 */
export function runnerName(login: string, machine: string, nonce: string, attempt: 1 | 2 = 1): string {
  return `${machineName(login, machine)}.${nonce.slice(0, 8)}${attempt === 1 ? '' : '-2'}`;
}

/** Whether a runner is the one that this machine registered for this job. */
export function isRunnerOf(runner: string, login: string, machine: string, nonce: string): boolean {
  return ([1, 2] as const).some((attempt) => runner === runnerName(login, machine, nonce, attempt));
}

/** The label that this job alone asks for, and this runner alone has. */
export function runnerLabel(nonce: string): string {
  return `descent-job-${nonce}`;
}
