import type { Job } from '../../core/formats/job.ts';
import { makeWorkFolder } from '../folder.ts';
import type { Host } from '../host.ts';
import { openSandbox } from '../sandbox/choose.ts';
import { asOwner } from '../sandbox/owner.ts';
import { SandboxError } from '../sandbox/sandbox.ts';
import { faultTried } from '../trial.ts';
import { type Finding, fail, ok, type Seen, skip } from './finding.ts';
import type { Plan } from './plan.ts';

/** Runs the referee's own few lines in a job's sandbox, as after a crash. It takes some seconds. */
export async function trial(
  job: Job,
  before: Finding[],
  plan: Pick<Plan, 'sandbox' | 'repository'> & { host: Host },
): Promise<Finding> {
  return { name: 'trial', ...(await look(job, before, plan)), safety: false };
}

async function look(
  job: Job,
  before: Finding[],
  { sandbox: kind, repository, host }: Pick<Plan, 'sandbox' | 'repository'> & { host: Host },
): Promise<Seen> {
  if (kind === 'docker' || kind === 'podman') return skip('only the job knows the image');
  if (before.some(({ status, safety }) => status === 'fail' && safety))
    return skip('nothing runs here, see above');
  const folder = await makeWorkFolder(host.temporary, asOwner());
  try {
    const sandbox = await openSandbox({ kind, repository, env: host.env, cache: host.cache }, folder);
    const fault = await faultTried({ job, repository, folder, sandbox, host, signal: undefined });
    if (fault === null) return ok(`a sandbox computes on ${job.device}`);
    return fail(
      fault,
      'Read the lines above, then check the driver. Until this passes, runs that crash here are dispatched again elsewhere.',
    );
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return fail(error.message, 'See the lines above.');
  } finally {
    await folder.remove();
  }
}
