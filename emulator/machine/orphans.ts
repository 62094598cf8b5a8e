import { readdir, readFile } from 'node:fs/promises';

/** Processes a job left behind are found by a variable they inherited, as the Actions runner does it. Linux only. */

const NAME = 'RUNNER_TRACKING_ID';

export function trackingVariable(id: string): { [NAME]: string } {
  return { [NAME]: id };
}

export async function killOrphans({ [NAME]: id }: { [NAME]: string }): Promise<void> {
  if (process.platform !== 'linux') return;
  const wanted = `${NAME}=${id}`;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => ''); // gone meanwhile, or another user's
    if (Number(pid) === process.pid || !environ.split('\0').includes(wanted)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
