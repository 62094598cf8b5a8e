import type { Job } from '../../runner/contract/job.ts';
import type { TrackConfig } from '../model/config.ts';
import type { Order } from '../model/effect.ts';
import type { Fresh, World } from '../model/snapshot.ts';
import { encodeMemory, encodeRun, type RunKey, type RunMemory, runCheckName } from '../model/state.ts';

export interface Wanted {
  pull: number | null;
  head: string;
  blob: string;
  incumbent: string | null;
  track: string;
  stage: Job['stage'];
  ordinal: number;
  attempt: number;
  /** The run's check run when it has one. */
  checkId: string | null;
  /** Why it is ordered again, for people. */
  again: string | null;
}

/** The order of one run: what its check run remembers and what the workflow gets. */
export function orderOf(world: World, rules: TrackConfig, wanted: Wanted, fresh: Fresh): Order {
  const { pull, head, blob, track, stage, ordinal, attempt } = wanted;
  const key: RunKey = {
    blob,
    track,
    stage,
    ordinal,
    seed: fresh.seed,
    nonce: fresh.nonce,
    attempt,
    runId: 0,
  };
  const job: Job = {
    schema: 1,
    nonce: fresh.nonce,
    repository: `${world.repository.owner}/${world.repository.name}`,
    pull,
    head,
    blob,
    incumbent: wanted.incumbent,
    stage,
    ordinal,
    seed: fresh.seed,
    track,
    dataset: rules.dataset,
    device: rules.device,
    budgetSeconds: rules['budget-seconds'],
    scoringSeconds: rules['scoring-seconds'],
    validationTokens: rules['validation-tokens'],
    probes: rules.probes,
    threads: rules.threads,
    memoryMiB: rules['memory-mib'],
  };
  const memory: RunMemory = {
    job,
    harness: world.main.oid,
    dispatchedAt: world.now,
    facts: null,
    failure: null,
  };
  return {
    key,
    memory,
    job,
    labels: rules['runs-on'],
    branch: world.main.branch,
    title: `descent ${pull === null ? 'baseline' : `#${pull}`} ${stage} ${ordinal} ${head} ${fresh.nonce}`,
    check: {
      id: wanted.checkId,
      head,
      name: runCheckName(key),
      externalId: encodeRun(key),
      status: 'in_progress',
      conclusion: null,
      detailsUrl: null,
      title: `seed ${fresh.seed}, ${rules['budget-seconds']} s on ${track}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
      summary: wanted.again
        ? `Ordered again: ${wanted.again}.`
        : 'Ordered: a machine of the swarm measures this file once. The details are what the bot remembers.',
      text: encodeMemory(memory),
    },
  };
}
