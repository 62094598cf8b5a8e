import { isCustody, jobSettings, type TrackConfig } from '../../../core/formats/config.ts';
import type { HandedOver } from '../../../core/formats/handed-over.ts';
import type { Job } from '../../../core/formats/job.ts';
import { runnerLabel } from '../../../core/formats/lending/runner-name.ts';
import type { End } from '../../../core/formats/run.ts';
import type { Order, RunAt } from '../../model/effect.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { Fresh, RunState, World } from '../../model/snapshot.ts';
import { encodeMemory, encodeRun, type RunKey, type RunMemory, runCheckName } from '../../model/state.ts';
import { orderedRun } from '../../say/run-check.ts';

export interface Wanted {
  pull: number | null;
  head: string;
  /** Another pull request has checks on the head too. */
  shared: boolean;
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
  /** The owner whose machines alone may take it; null for anybody's. */
  target: string | null;
  /** The lent machine that gets it; a runner of the swarm's own repository where there is none. */
  lent?: LentMachine | null;
  /** Owners it was dispatched to before, without success. */
  avoided: string[];
  /** The workflow run it repeats for an audit. */
  audits?: number;
  /** What the pull request says of the file; null without a pull request. */
  words: RunMemory['words'];
  /** What another machine handed over, to be scored once more. */
  rescore?: HandedOver | undefined;
  /** The run that it replaces. */
  replaces?: number | undefined;
  /** Who pays for it. */
  paid?: RunMemory['paid'];
  /** Machines that failed it before. */
  failedOn?: string[];
  /** How its earlier orders ended. */
  ends?: End[];
  /** What a borrower gets. */
  borrow?: Job['borrow'];
}

/** The label of an owner's machines, which a run meant for them alone asks for beside the track's. */
function ownerLabel(owner: string): string {
  return `owner-${owner.toLowerCase()}`;
}

/** A run whose loss may become the record: its weights are scored once more before that. */
function mayHoldRecord(rules: TrackConfig, stage: Job['stage']): boolean {
  return stage === 'confirm' || (stage === 'explore' && rules.sigma === undefined);
}

/** A machine must not know from its order whether its weights will be asked for: so every run hands them over. */
function isInCustody({ main: { config } }: World, rules: TrackConfig, stage: Job['stage']): boolean {
  return (
    config.ok &&
    isCustody(config.value) &&
    rules.sigma !== undefined &&
    stage !== 'rescore' &&
    stage !== 'borrow'
  );
}

/** The order of one run: what its check run remembers and what the workflow gets. */
export function orderOf(world: World, rules: TrackConfig, wanted: Wanted, fresh: Fresh): Order {
  const { pull, head, blob, track, stage, ordinal, attempt, lent } = wanted;
  const key: RunKey = {
    pull,
    blob,
    track,
    stage,
    ordinal,
    seed: fresh.seed,
    nonce: fresh.nonce,
    attempt,
    runId: 0,
    ...(lent && { lent: lent.name }),
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
    ...jobSettings(rules),
    ...((mayHoldRecord(rules, stage) || isInCustody(world, rules, stage)) && { handOver: true as const }),
    ...(wanted.rescore && { rescore: wanted.rescore }),
    ...(wanted.borrow && { borrow: wanted.borrow }),
    ...(lent && { harness: world.main.oid }),
  };
  const memory: RunMemory = {
    job,
    harness: world.main.oid,
    dispatchedAt: world.now,
    facts: null,
    failure: null,
    target: wanted.target,
    avoided: wanted.avoided,
    audits: wanted.audits ?? null,
    words: wanted.words,
    ...(wanted.replaces !== undefined && { replaces: wanted.replaces }),
    ...(wanted.paid?.length && { paid: wanted.paid }),
    ...(wanted.failedOn?.length && { failedOn: wanted.failedOn }),
    ...(wanted.ends?.length && { ends: wanted.ends }),
    ...(lent && { lent: lentTo(lent) }),
  };
  return {
    key,
    memory,
    job,
    labels: lent
      ? ['self-hosted', runnerLabel(fresh.nonce)]
      : [...rules['runs-on'], ...(wanted.target === null ? [] : [ownerLabel(wanted.target)])],
    branch: lent?.repository.branch ?? world.main.branch,
    title: `descent ${pull === null ? 'baseline' : `#${pull}`} ${stage} ${ordinal} ${head} ${fresh.nonce}`,
    check: {
      id: wanted.checkId,
      head,
      name: runCheckName(key, wanted.shared),
      externalId: encodeRun(key),
      status: 'in_progress',
      conclusion: null,
      detailsUrl: null,
      ...orderedRun(job, wanted),
      text: encodeMemory(memory),
    },
  };
}

/** A lent machine as a run remembers it. */
function lentTo({ name, owner, repository }: LentMachine): NonNullable<RunMemory['lent']> {
  return {
    ...{ name, ownerId: owner.id, owner: owner.login.toLowerCase() },
    repository: `${repository.owner}/${repository.name}`,
  };
}

/** Runs that no machine took, or whose machine is gone, are to be cancelled, so that none measures them for nothing. */
export function untakenOf(runs: RunState[]): RunAt[] {
  return runs.flatMap((run) => {
    const { finding } = run;
    if (finding.kind === 'untaken') return runsAt([run], finding.runId);
    return finding.kind === 'vanished'
      ? runsAt([run], finding.runId).map((at) => ({ ...at, force: true }))
      : [];
  });
}

/** Where the workflow runs of these run, as far as they are known. */
export function runsAt(runs: Pick<RunState, 'key' | 'memory'>[], runId?: number): RunAt[] {
  return runs.flatMap(({ key, memory }) => {
    const id = runId ?? key.runId;
    return id === 0 ? [] : [{ runId: id, repository: memory.lent?.repository ?? null }];
  });
}
