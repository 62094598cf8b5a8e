import type { FrontierComposition, FrontierLink } from '../../../core/formats/frontier.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import type { CheckWrite } from '../../model/effect.ts';
import type { Finding, HeadState, RunState } from '../../model/snapshot.ts';
import { encodeMemory, encodeRun, type RunFacts, type RunMemory } from '../../model/state.ts';
import { collectedRun, GIVEN_UP, givenUpRun } from '../../say/run-check.ts';
import { pastOf } from './ends.ts';

/**
 * The runs of one blob on one track, wherever in the pull request's life they were ordered. A pull request may also carry runs of the
 * incumbent, which its verdict needs, and repeats for audits: those are experiments of their own, `of: 'incumbent'` and `of: 'audit'`;
 * so are scorings of its weights on other machines, `of: 'rescore'`, but for those that check a machine as audits do.
 */
export interface Experiment {
  blob: string;
  track: string;
  of: 'candidate' | 'incumbent' | 'audit' | 'rescore';
  /** The commit that carries the runs; for the present experiment the present head. */
  head: string;
  facts: RunFacts[];
  /** In flight, nothing heard yet. */
  pending: RunState[];
  /** In flight according to the check run, but lost, failed or refused, with why. */
  broken: { run: RunState; why: string }[];
  /** Given up after the last attempt. */
  failed: RunState[];
  /** What the pull request said of the file when its first run was ordered; null when that was not kept. */
  words: RunMemory['words'];
  /** Check runs that must be written for what was found out. */
  updates: CheckWrite[];
  /** It is the pull request's change, put onto a newer file of the frontier. */
  composition?: FrontierComposition;
  /** It is the head of a chain that is certified. */
  certifies?: FrontierLink;
}

const OF = {
  baseline: 'incumbent',
  explore: 'candidate',
  confirm: 'candidate',
  audit: 'audit',
  rescore: 'rescore',
} as const;

/** Experiments by blob and track. Runs given up on an earlier head do not count: a push asks for a new try. */
export function experimentsOf(heads: HeadState[]): Experiment[] {
  const found = new Map<string, Experiment>();
  const first = new Map<string, string>();
  for (const [i, head] of heads.entries())
    for (const run of head.runs) {
      const { blob, track, stage } = run.key;
      if (stage === 'borrow') continue; // nothing of it is measured
      const of = run.memory.audits === null ? OF[stage] : 'audit';
      const name = `${blob} ${track} ${of}`;
      const experiment = found.get(name) ?? noRuns(blob, track, of, head.oid);
      found.set(name, experiment);
      if (run.memory.words && (first.get(name) ?? run.memory.dispatchedAt) >= run.memory.dispatchedAt) {
        first.set(name, run.memory.dispatchedAt);
        experiment.words = run.memory.words;
      }
      add(experiment, run, i === 0);
    }
  for (const experiment of found.values()) {
    experiment.facts.sort((a, b) => order(a) - order(b));
    experiment.failed = withoutRenewed(experiment);
  }
  return [...found.values()];
}

/**
 * The commit that its next check runs go to: the present head. What certifies a chain stays where it was adopted, whatever was pushed
 * since.
 */
export function carrierOf(heads: HeadState[], { head, certifies }: Experiment): HeadState {
  return heads.find(({ oid }) => certifies && oid === head) ?? heads[0]!;
}

/** The runs of a file on a track as a candidate, wherever in the pull request's life they were ordered. */
export function candidateOf(heads: HeadState[], blob: string, track: string): Experiment | undefined {
  return experimentsOf(heads).find(
    (one) => one.of === 'candidate' && one.blob === blob && one.track === track,
  );
}

export function noRuns(blob: string, track: string, of: Experiment['of'], head: string): Experiment {
  return { blob, track, of, head, facts: [], pending: [], broken: [], failed: [], words: null, updates: [] };
}

/** The candidate's experiment, the runs of the incumbent that came with it, and scorings of its weights: they are ordered, waited for and given up together. */
export function withIncumbentRuns(candidate: Experiment, all: Experiment[]): Experiment {
  const incumbentRuns = all.filter(
    (one) =>
      one.track === candidate.track &&
      (one.of === 'incumbent' || (one.of === 'rescore' && one.blob === candidate.blob)),
  );
  return {
    ...candidate,
    pending: [candidate, ...incumbentRuns].flatMap((one) => one.pending),
    broken: [candidate, ...incumbentRuns].flatMap((one) => one.broken),
    failed: [candidate, ...incumbentRuns].flatMap((one) => one.failed),
    updates: [candidate, ...incumbentRuns].flatMap((one) => one.updates),
  };
}

/** Scored runs of the incumbent that these pull requests' heads carry. */
export function incumbentRuns(all: Experiment[], track: string, blob: string | undefined): RunResult[] {
  return all
    .filter((one) => one.of === 'incumbent' && one.track === track && one.blob === blob)
    .flatMap((one) => one.facts.map(({ run }) => run))
    .filter((run) => run.outcome === 'scored');
}

function order({ run }: RunFacts): number {
  return (run.stage === 'explore' ? 0 : 10_000) + run.ordinal;
}

/** A run that was given up and dispatched again leaves its old check run behind; only the new one counts. */
function withoutRenewed(experiment: Experiment): RunState[] {
  const name = (run: { stage: string; ordinal: number }) => `${run.stage} ${run.ordinal}`;
  const renewed = new Set([
    ...experiment.facts.map((one) => name(one.run)),
    ...experiment.pending.map((one) => name(one.key)),
    ...experiment.broken.map((one) => name(one.run.key)),
  ]);
  const last = new Map(experiment.failed.map((one) => [name(one.key), one]));
  return [...last.values()].filter((one) => !renewed.has(name(one.key)));
}

function add(experiment: Experiment, run: RunState, present: boolean): void {
  if (run.memory.facts) {
    experiment.facts.push(run.memory.facts);
    return;
  }
  if (run.check.status === 'completed') {
    if (present) experiment.failed.push(run);
    return;
  }
  const { finding } = run;
  switch (finding.kind) {
    case 'pending':
      experiment.pending.push(run);
      return;
    case 'found':
      experiment.pending.push(run);
      experiment.updates.push(writeOf(run, { runId: finding.runId }));
      return;
    case 'untaken':
    case 'lost':
    case 'failed':
    case 'refused':
    case 'void':
    case 'vanished':
    case 'waiting':
      experiment.broken.push({ run, why: whyOver(run.memory, finding) });
      return;
    case 'report': {
      const facts = afterFaults(finding.facts, run.memory);
      experiment.facts.push(facts);
      experiment.updates.push(collectedWrite(run, facts));
      return;
    }
    case 'borrowed': // of no experiment
  }
}

/** Nothing came of it, and it is to be ordered again. */
type Over = Exclude<Finding, { kind: 'pending' | 'found' | 'report' | 'borrowed' }>;

/** Why a run is over that nothing came of. */
export function whyOver({ lent, target, waits }: RunMemory, finding: Over): string {
  switch (finding.kind) {
    case 'untaken':
      return lent ? GIVEN_UP.notTaken(lent.name) : GIVEN_UP.untaken(target ?? '');
    case 'lost':
      return GIVEN_UP.lost;
    case 'failed':
      return finding.why;
    case 'refused':
      return GIVEN_UP.refused(finding.check, finding.why);
    case 'void':
      return GIVEN_UP[finding.outcome](finding.machine);
    case 'vanished':
      return GIVEN_UP.vanished(finding.machine);
    case 'waiting':
      return waits ?? GIVEN_UP.lost;
  }
}

/** The record of a run says where it failed or ended before: it is the one place where that is counted. */
function afterFaults(facts: RunFacts, { failedOn, ends }: RunMemory): RunFacts {
  return { ...facts, run: { ...facts.run, ...(failedOn && { failedOn }), ...(ends && { ends }) } };
}

/** Its check run as it stands, while it is under way. */
export function writeOf(run: RunState, change: { runId?: number }): CheckWrite {
  return {
    id: run.check.id,
    head: run.head,
    name: run.check.name,
    externalId: encodeRun({ ...run.key, ...change }),
    status: 'in_progress',
    conclusion: null,
    detailsUrl: null,
    title: run.check.title,
    summary: run.check.summary,
    text: encodeMemory(run.memory),
  };
}

function collectedWrite(run: RunState, facts: RunFacts): CheckWrite {
  const { outcome, runId } = facts.run;
  return {
    ...writeOf(run, { runId }),
    status: 'completed',
    conclusion: outcome === 'scored' ? 'success' : 'neutral',
    ...collectedRun(run.key.stage, facts.run),
    text: encodeMemory({ ...run.memory, facts }),
  };
}

/** A run that is given up: nothing of it counts, and people can read why. */
export function givenUp(run: RunState, why: string): CheckWrite {
  return {
    ...writeOf(run, {}),
    status: 'completed',
    conclusion: 'neutral',
    ...givenUpRun(why),
    // Where a person asks for it again, it goes elsewhere, and its result counts these faults.
    text: encodeMemory({ ...run.memory, failure: why, ...pastOf(run) }),
  };
}
