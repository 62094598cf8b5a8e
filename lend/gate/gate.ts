import type { Harness, Trust } from '../harness/harness.ts';
import { type Asked, type Expected, judgeJob } from './judge.ts';

/** Whether a job may begin; `harness` is the commit that its owner would have to accept first. */
export type GateAnswer = { ok: true } | { ok: false; why: string; harness?: string };

/** The owner's gate for one job: GitHub's runner waits before the first step until it has answered. */
export function gateFor(
  expected: Expected,
  harness: Pick<Harness, 'fetch' | 'judge'>,
  trust: Trust,
): (asked: Asked) => Promise<GateAnswer> {
  return async (asked) => {
    const job = judgeJob(expected, asked);
    if (!job.ok) return job;
    let verdict = await harness.judge(trust, job.harness);
    if (!verdict.ok && verdict.kind === 'unknown') {
      await harness.fetch(); // main may have moved since
      verdict = await harness.judge(trust, job.harness);
    }
    if (verdict.ok) return verdict;
    return { ok: false, why: verdict.why, ...(verdict.kind === 'changed' && { harness: job.harness }) };
  };
}
