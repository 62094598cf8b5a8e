import type { Job } from '../../core/formats/job.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { inline } from '../../core/text/harmless/github.ts';
import { bpb } from '../../core/text/loss.ts';

/** What the check run of one run says. */
export interface RunSaid {
  title: string;
  summary: string;
}

const WORK: Record<Job['stage'], string> = {
  baseline: "measures the incumbent's file",
  explore: 'measures this file',
  confirm: 'measures this file',
  audit: "repeats another owner's run of this file, with its seed,",
  rescore: 'scores the weights of a confirming run, made on another machine,',
  borrow: 'runs this file for its author',
};

/** @param target the owner whose machines alone may take it; null for anybody's. @param again why it is ordered again */
export function orderedRun(
  job: Pick<Job, 'seed' | 'budgetSeconds' | 'track' | 'stage'>,
  order: { attempt: number; target: string | null; again: string | null; lent?: { name: string } | null },
): RunSaid {
  const { seed, budgetSeconds, track, stage } = job;
  const { attempt, target, again, lent } = order;
  const whose = lent ? lent.name : `a machine ${target === null ? 'of the swarm' : `of ${target}`}`;
  return {
    title: `seed ${seed}, ${budgetSeconds} s on ${track}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    summary: again
      ? `Ordered again${lent ? ` of ${lent.name}` : ''}: ${again}.`
      : `Ordered: ${whose} ${WORK[stage]} once. The details are what the bot remembers.`,
  };
}

export function collectedRun(stage: Job['stage'], run: RunResult): RunSaid {
  const { outcome, valBpb, owner, machine, trainSeconds, device } = run;
  return {
    title: outcome === 'scored' && valBpb !== null ? `val_bpb ${bpb(valBpb)}` : outcome,
    summary: `${stage === 'rescore' ? 'Scored once more' : 'Measured'} on ${inline(machine, 60)} (${inline(owner, 40)}), ${inline(device, 60)}: ${trainSeconds.toFixed(1)} s of training.`,
  };
}

/** Its order is over, and brought no loss. @param why of what became of it */
export function waitingRun(why: string): RunSaid {
  return {
    title: 'waiting for a machine',
    summary: `To be ordered again with the same seed: ${why}. It waits until a machine is free that may have it.`,
  };
}

/** Nothing of it counts, and people can read why. */
export function givenUpRun(why: string): RunSaid {
  return { title: 'not measured', summary: `Given up: ${why}.` };
}

/** @param message of GitHub */
export const NOT_SENT = (machine: string, message: string): string =>
  `GitHub did not take the order for ${machine}: ${inline(message, 200)}`;

export const REFUSED_BY_GITHUB: RunSaid = {
  title: 'not ordered',
  summary: 'GitHub refused to start the workflow; the details say why.',
};

/** Why a run is given up or ordered again. */
export const GIVEN_UP = {
  untaken: (owner: string) => `no machine of ${owner} took the run`,
  notTaken: (machine: string) => `${machine} did not take the run`,
  preempted: (machine: string) => `the owner of ${machine} took it back before the run ended`,
  disturbed: (machine: string) =>
    `something else used ${machine} or slowed it during the run, so the run counts for nothing`,
  vanished: (machine: string) => `${machine} no longer says that it is there`,
  lost: 'GitHub never listed the workflow run',
  refused: (check: string, why: string) => `the report was refused (${check}): ${why}`,
  pushedOver: (why: string) => `${why}; the file was pushed over`,
  refuted: 'the frontier went back to main, and with it what this file was put onto',
  noTrack: (track: string) => `track ${track} is no longer configured`,
  blocked: (machine: string, track: string) => `${machine} is blocked by audits on ${track}`,
  otherData: (machine: string, track: string, has: string, should: string) =>
    `${machine} measured on the data set ${has}, all other machines of ${track} on ${should}: delete the data set on ${machine} and prepare it again`,
  otherVersion: (key: 'python' | 'torch', machine: string, track: string, has: string, should: string) =>
    `${machine} measured with ${VERSIONS[key].name} ${has}, ${track} is measured with ${should}: ${VERSIONS[key].toDo}`,
};

const VERSIONS = {
  python: { name: 'Python', toDo: 'run node setup/bootstrap.mjs there' },
  torch: {
    name: 'torch',
    toDo: "update main there and run node setup/bootstrap.mjs; if train/uv.lock was changed, write the new version as the track's `torch` in .github/descent.yml",
  },
};
