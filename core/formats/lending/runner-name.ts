/** Names that tie a runner to its machine and to the one job that it is there for. */

/** What results and standings call a lent machine. */
export function machineName(login: string, machine: string): string {
  return `${login.toLowerCase()}.${machine}`;
}

/** The runner that is registered for one job: GitHub does not take a name twice. */
export function runnerName(login: string, machine: string, nonce: string): string {
  return `${machineName(login, machine)}.${nonce.slice(0, 8)}`;
}

/** The label that this job alone asks for, and this runner alone has. */
export function runnerLabel(nonce: string): string {
  return `descent-job-${nonce}`;
}
