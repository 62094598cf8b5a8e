import { z } from 'zod';
import { nominalSeconds } from '../../core/credits/prices.ts';
import type { GateAnswer } from '../gate/gate.ts';
import type { Asked } from '../gate/judge.ts';
import type { OwnersGitHub, QueuedRun } from '../github/owners-github.ts';
import type { JobEnd, JobEvent } from '../runner/job.ts';
import type { JobProcesses } from '../runner/processes/job-processes.ts';
import { runJob } from '../runner/run-job.ts';
import type { JobAround } from '../session/loop.ts';

/** One job between the client's loop and its runner. */

interface Around {
  api: string;
  env: NodeJS.ProcessEnv;
  github: OwnersGitHub;
  gate(run: QueuedRun, asked: Asked): Promise<GateAnswer>;
  /** Learns of the job's processes while it runs; null afterwards. */
  processes(processes: JobProcesses | null): void;
}

/** Runs it. @returns how it ended, and the seconds that it is paid for */
export async function work(
  run: QueuedRun,
  { jit, runner, yield: back, stop, phase, say }: JobAround,
  { api, env, github, gate, processes }: Around,
): Promise<{ end: JobEnd; seconds: number | null }> {
  let seconds: number | null = null;
  try {
    const end = await runJob(run, {
      ...{ jit, runner, api, env, github, yield: back, stop },
      gate: async (asked) => {
        const answer = await gate(run, asked);
        if (answer.ok) seconds = paidSeconds(asked.event);
        return answer;
      },
      tell: (event) => (event.event === 'phase' ? phase(event.phase) : say(wordsOf(event))),
      onProcesses: processes,
    });
    return { end, seconds };
  } finally {
    processes(null);
  }
}

const eventSchema = z.object({ inputs: z.object({ job: z.string() }) });
const jobSchema = z.object({ budgetSeconds: z.number(), stage: z.string() });

/** What a job is paid for, whatever the clock says. The gate has read the event before, so that it is well formed. */
function paidSeconds(event: string): number | null {
  const job = jobSchema.safeParse(JSON.parse(eventSchema.parse(JSON.parse(event)).inputs.job));
  if (!job.success) return null;
  const { run, scoring } = nominalSeconds(job.data.budgetSeconds);
  return job.data.stage === 'rescore' ? scoring : run;
}

function wordsOf(event: Exclude<JobEvent, { event: 'phase' }>): string {
  switch (event.event) {
    case 'fetching':
      return `GitHub's runner ${event.version} is unpacked`;
    case 'started':
      return event.box
        ? "GitHub's runner starts in a box"
        : `GitHub's runner starts without a box: ${event.why}`;
    case 'taken':
      return 'you accepted what it runs, and it begins';
    case 'yielding':
      return event.phase === 'score' ? 'its scoring may end, since it is short' : 'its sandbox is ended';
    case 'yielded':
      return `the machine was yours again after ${event.seconds.toFixed(2)} s`;
    case 'killed':
      return `it was killed: ${event.why}`;
    case 'trouble':
      return event.what;
  }
}
