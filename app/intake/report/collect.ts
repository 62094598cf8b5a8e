import { createHash } from 'node:crypto';
import { isVoid, REPORT_LIMIT_BYTES, type Report } from '../../../core/formats/report.ts';
import { ownerOf } from '../../../core/owner.ts';
import { type Actions, type Port, PortError, type WorkflowRun } from '../../github/port.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { Finding } from '../../model/snapshot.ts';
import type { RunFacts, RunKey, RunMemory } from '../../model/state.ts';
import { collectBorrowed } from './borrowed.ts';
import { judgeScored } from './handed-over.ts';
import { judgeHarness } from './harness.ts';
import { isGone, judgeRunner, judgeSilence, type Lent } from './lent.ts';
import { judgeReport, type Refusal, refuse } from './report.ts';
import { unpackReport } from './unpack.ts';
import { ARCHIVE_LIMIT_BYTES, type Expected, judgeArtifacts, judgeJobs, judgeRun } from './workflow-run.ts';

export interface Pending {
  key: RunKey;
  memory: RunMemory;
}

export interface CollectInput {
  now: string;
  lostAfterMinutes: number;
  /** A scored run without the weights that it was to hand over does not count. */
  custody: boolean;
  repository: string;
  branch: string;
  bot: string;
  /** Main's present commit, and the text of its `train/harness.py`. */
  main: string;
  harness: string | null;
  lent: Lent;
}

/** What the world says today about a run in flight. */
export async function collect(port: Port, pending: Pending, around: CollectInput): Promise<Finding> {
  const { lent } = pending.memory;
  const own = { repository: around.repository, branch: around.branch, ownerId: null };
  if (!lent) return collectAt({ port, actions: await port.actionsAt(null) }, pending, around, own);
  const gone = { kind: 'vanished', runId: pending.key.runId, machine: lent.name } as const;
  try {
    // Null is only said after GitHub was asked.
    const machine = around.lent.sentTo(lent) ?? (await around.lent.again(lent));
    if (!machine) return gone;
    const { owner, name, branch } = machine.repository; // it may have been renamed
    const at = { repository: `${owner}/${name}`, branch, ownerId: lent.ownerId };
    const through = { port, actions: await port.actionsAt(at.repository) };
    const finding = await collectAt(through, pending, around, at);
    return finding.kind === 'failed' || finding.kind === 'refused'
      ? { ...finding, machine: lent.name }
      : finding;
  } catch (error) {
    if (isGone(error)) return gone;
    // One owner's budget of requests is spent: nothing else waits for it.
    if (error instanceof PortError && error.status === 429) return { kind: 'pending' };
    throw error;
  }
}

type At = Pick<Expected, 'repository' | 'branch' | 'ownerId'>;

/** @param at where the run must be */
async function collectAt(
  through: Through,
  { key: asked, memory }: Pending,
  around: CollectInput,
  at: At,
): Promise<Finding> {
  const { actions, port } = through;
  let key = asked;
  let run: WorkflowRun | null;
  const waited = (Date.parse(around.now) - Date.parse(memory.dispatchedAt)) / 60_000;
  if (key.runId === 0) {
    run = (await actions.recentRuns()).find((one) => one.title.split(' ').includes(key.nonce)) ?? null;
    if (!run) return waited >= around.lostAfterMinutes ? { kind: 'lost' } : { kind: 'pending' };
    key = { ...key, runId: run.id };
    if (run.status !== 'completed') return { kind: 'found', runId: run.id };
  } else run = await actions.workflowRun(key.runId);
  if (!run) return { kind: 'failed', why: `the workflow run ${key.runId} is gone` };

  const judged = judgeRun(run, { ...at, bot: around.bot, key });
  if (!judged.ok) return refused(judged);
  if (run.status !== 'completed') return notOver(run, key, memory, around, waited);
  // On a lent machine the harness is of the commit that the job names, and the run's own commit is its owner's.
  // Main may move between reading it and dispatching; any commit of main carries a trusted harness.
  if (!memory.lent && run.headSha !== memory.harness && !(await port.isAncestor(run.headSha, around.main)))
    return refused(
      refuse('harness', `the harness came from ${run.headSha}, which is not a commit of ${around.branch}`),
    );
  if (run.conclusion !== 'success')
    return {
      kind: 'failed',
      why: `workflow run ${run.id} ended as ${run.conclusion ?? 'nothing'}`,
      machine: run.conclusion === 'failure' ? await runnerOf(actions, run.id) : undefined,
    };
  return collectReport(through, run, key, memory, around);
}

async function notOver(
  run: WorkflowRun,
  key: RunKey,
  { lent, target, job, dispatchedAt }: RunMemory,
  around: CollectInput,
  waited: number,
): Promise<Finding> {
  if (!lent) {
    const untaken = target !== null && run.status !== 'in_progress' && waited >= around.lostAfterMinutes;
    return untaken ? { kind: 'untaken', runId: run.id } : { kind: 'pending' };
  }
  const judge = (machine: LentMachine | null | undefined) =>
    judgeSilence(run, key, { lent, job, dispatchedAt }, machine?.availability ?? null, around.now);
  const found = judge(around.lent.sentTo(lent));
  // Events are lost: before a machine is called silent, it is read once more.
  return found.kind === 'pending' ? found : judge(await around.lent.again(lent));
}

interface Through {
  port: Port;
  actions: Actions;
}

async function collectReport(
  { port, actions }: Through,
  run: WorkflowRun,
  key: RunKey,
  memory: RunMemory,
  around: CollectInput,
): Promise<Finding> {
  const job = judgeJobs(await actions.jobsOf(run.id));
  if (!job.ok) return refused(job);
  const { lent } = memory;
  const runner = lent ? judgeRunner(job.value, lent, key.nonce) : null;
  if (runner && !runner.ok) return refused(runner);
  const machine = lent?.name ?? job.value.runner;
  const artifacts = judgeArtifacts(
    await actions.artifactsOf(run.id),
    memory.job.handOver === true || memory.job.borrow !== undefined,
  );
  if (!artifacts.ok) return refused(artifacts);
  const { report: artifact } = artifacts.value;
  const archive = await actions.download(artifact.id, ARCHIVE_LIMIT_BYTES);
  const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
  if (archive.length !== artifact.bytes)
    return refused(refuse('size', `the download has ${archive.length} bytes, GitHub says ${artifact.bytes}`));
  if (digest !== artifact.digest)
    return refused(refuse('digest', `the download is ${digest}, GitHub says ${artifact.digest}`));
  let text: string;
  try {
    text = unpackReport(archive, REPORT_LIMIT_BYTES);
  } catch (error) {
    return refused(refuse('archive', `the artifact cannot be unpacked: ${(error as Error).message}`));
  }
  const report = judgeReport(text, memory.job);
  if (!report.ok) return { ...refused(report), machine };
  const commit = lent ? (memory.job.harness ?? '') : run.headSha;
  const present = lent && commit !== around.main ? null : around.harness;
  const harness = await judgeHarness(port, report.value, commit, present);
  if (!harness.ok) return refused(harness);
  const { borrow } = memory.job;
  if (borrow || key.stage === 'borrow') {
    const by = { machine, lent, at: job.value.completedAt ?? run.createdAt };
    return collectBorrowed(actions, report.value, artifacts.value.scored, { ...by, key, now: around.now });
  }
  const at = { runId: key.runId, repository: lent?.repository ?? null };
  const scored = judgeScored(report.value, artifacts.value.scored, at, around);
  if (!scored.ok) return refused(scored);
  const { outcome } = report.value;
  if (isVoid(outcome)) return { kind: 'void', outcome, machine };
  const by = { machine, owner: lent?.owner ?? ownerOf(machine), ...(lent && { ownerId: lent.ownerId }) };
  if (outcome === 'borrowed') return refused(refuse('outcome', 'the run was not borrowed'));
  const measured = { ...key, stage: key.stage };
  const facts = factsOf({ ...report.value, outcome }, measured, by, job.value.completedAt ?? run.createdAt);
  return { kind: 'report', facts: { ...facts, ...(scored.value && { scored: scored.value }) } };
}

function refused({ check, why }: Refusal): Extract<Finding, { kind: 'refused' }> {
  return { kind: 'refused', check, why };
}

/** The machine that had the job of a run; undefined when none took it. */
async function runnerOf(actions: Actions, runId: number): Promise<string | undefined> {
  const { jobs } = await actions.jobsOf(runId);
  return jobs.find((job) => job.runner)?.runner ?? undefined;
}

/** Names of hardware and of versions: what could be Markdown, HTML or a link has no place in them. */
function named(text: string): string {
  return text.replace(/[^A-Za-z0-9 ()._@+-]/g, '').slice(0, 60);
}

/** Owner, machine and time are GitHub's account of the job; the numbers are the report's. */
function factsOf(
  report: Report & { outcome: RunFacts['run']['outcome'] },
  key: Omit<RunKey, 'stage'> & { stage: RunFacts['run']['stage'] },
  by: Pick<RunFacts['run'], 'owner' | 'ownerId' | 'machine'>,
  at: string,
): RunFacts {
  return {
    run: {
      stage: key.stage,
      ordinal: key.ordinal,
      seed: key.seed,
      ...by,
      runId: key.runId,
      at: new Date(at).toISOString(),
      outcome: report.outcome,
      valBpb: report.valBpb,
      heldoutBpb: report.heldoutBpb,
      trainSeconds: report.timings.trainSeconds,
      totalSeconds: report.timings.totalSeconds,
      device: named(report.hardware.device),
      ...(report.evidence && { evidence: report.evidence }),
      ...(report.hardware.powerWatts !== undefined && { powerWatts: report.hardware.powerWatts }),
      torch: report.versions.torch === null ? null : named(report.versions.torch),
      ...(report.probes && { probes: probesOf(report.probes) }),
      ...(report.digests.data !== null && { data: report.digests.data }),
      ...(report.digests.weights !== null && { weights: report.digests.weights }),
      ...(report.versions.python !== null && { python: versionOf(report.versions.python) }),
      ...(report.versions.numpy && { numpy: versionOf(report.versions.numpy) }),
    },
    reason: report.reason,
    curve: report.curve,
    log: ['crashed', 'out-of-memory'].includes(report.outcome) ? report.log : null,
  };
}

function probesOf({ count, guided, penaltyBpb, heldoutPenaltyBpb }: NonNullable<Report['probes']>) {
  return { count, guided, penaltyBpb, ...(heldoutPenaltyBpb !== undefined && { heldoutPenaltyBpb }) };
}

/** The number alone: the rest of it would be words of the machine's owner. */
function versionOf(text: string): string {
  return /^\d{1,3}\.\d{1,3}(\.\d{1,3})?/.exec(text)?.[0] ?? 'unknown';
}
