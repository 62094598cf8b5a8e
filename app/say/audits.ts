import { DESCENT } from '../../core/command-name.ts';
import type { Audit, ExperimentResult } from '../../core/formats/result.ts';
import { commitLine, inline } from '../../core/text/harmless/github.ts';
import { bpb } from '../../core/text/loss.ts';
import type { CommitMessage } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Message, paragraphs } from './before-verdict.ts';

/** What is said of audits: below the verdict, in main's history, and to an owner whose machine is blocked. */

const WHY: Record<Audit['why'], string> = {
  probation: 'among the first jobs of its machine',
  share: 'drawn by lot',
  colour: 'far from what runs of this track spread by',
  equal: 'its loss is that of another run',
};

/** Of the request's records of one file, this one as it is written now. */
export function auditsBeside({ results }: Snapshot, written: ExperimentResult): string | null {
  const others = results
    .map((one) => one.result)
    .filter(
      ({ pull, blob, track }) => pull === written.pull && blob === written.blob && track !== written.track,
    );
  return auditSections([...new Map(others.map((one) => [one.track, one])).values(), written]);
}

/** The sections of several tracks, the earliest verdict first; null where nothing is repeated. */
export function auditSections(results: ExperimentResult[]): string | null {
  const inTurn = results.toSorted((a, b) => a.decidedAt.localeCompare(b.decidedAt));
  const said = inTurn.flatMap((result) => {
    const section = auditSection(result);
    return section === null ? [] : [{ track: result.track, section }];
  });
  if (said.length === 0) return null;
  if (said.length === 1) return said[0]!.section;
  return said.map(({ track, section }) => `On \`${track}\`: ${section}`).join('\n\n');
}

/** Null where nothing is repeated. */
export function auditSection(result: ExperimentResult): string | null {
  const struck = [...new Set(result.runs.flatMap((run) => run.discounted ?? []))];
  if (result.audits.length === 0 && struck.length === 0) return null;
  return [
    result.audits.length > 0 &&
      "**Audits.** These runs are repeated with their own seeds on another owner's machine: a check of the machine, not of the file.",
    result.audits.map((audit) => `- ${line(result, audit)}`).join('\n'),
    ...struck.map((why) => `**Some runs do not count:** ${why}. They are kept in the record.`),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function line(result: ExperimentResult, audit: Audit): string {
  const run = result.runs.find((one) => one.runId === audit.of);
  const name = run ? `${run.stage} ${run.ordinal} on ${inline(run.machine, 60)}` : `run ${audit.of}`;
  const repeats = audit.runs.map(
    (one) => `${one.valBpb === null ? one.outcome : bpb(one.valBpb)} on ${inline(one.machine, 60)}`,
  );
  const said = repeats.length > 0 ? `; repeated: ${repeats.join(', ')}` : '';
  return `${name} (${WHY[audit.why]})${said}: ${ending(audit)}`;
}

function ending({ outcome, outlier }: Audit): string {
  switch (outcome) {
    case 'open':
      return 'not settled yet';
    case 'agreed':
      return 'they agree';
    case 'outlier':
      return `**${inline(outlier ?? '', 60)} stands alone** and is on probation again; what it measured lately is looked at without it`;
    case 'unsettled':
      return 'they disagree, and nobody stands alone: no machine is blamed';
    case 'given-up':
      return 'no machine could repeat it';
  }
}

export function auditMessage(result: ExperimentResult, settled: Audit[]): CommitMessage {
  const outcomes = [...new Set(settled.map((audit) => audit.outcome))].join(', ');
  const machines = [...new Set(settled.flatMap((audit) => audit.runs.map((run) => run.machine)))];
  const outliers = settled.flatMap((audit) => audit.outlier ?? []);
  return {
    headline: `audit: ${outcomes} (#${result.pull})`,
    body: [
      "Runs were repeated with their own seeds on other owners' machines.",
      [
        `Experiment: ${result.pull}-${result.blob.slice(0, 12)}`,
        `Track: ${result.track}`,
        ...machines.map((machine) => `Repeated-On: ${commitLine(machine, 100)}`),
        ...outliers.map((machine) => `Outlier: ${commitLine(machine, 100)}`),
      ].join('\n'),
    ].join('\n\n'),
  };
}

export function reconsideredMessage(result: ExperimentResult, machines: string[]): CommitMessage {
  return {
    headline: `reconsidered: ${result.verdict} (#${result.pull}) without ${commitLine(machines.join(', '), 100)}`,
    body: [
      'A machine that measured it was found to be an outlier; its runs are kept and do not count.',
      [
        `Experiment: ${result.pull}-${result.blob.slice(0, 12)}`,
        `Verdict: ${result.verdict}`,
        `Track: ${result.track}`,
        ...machines.map((machine) => `Outlier: ${commitLine(machine, 100)}`),
      ].join('\n'),
    ].join('\n\n'),
  };
}

interface Struck {
  machine: string;
  owner: string;
  track: string;
  /** Requests in which audits found it alone. */
  pulls: number[];
}

const inRequests = (pulls: number[]) => pulls.map((pull) => `#${pull}`).join(' and ');

/** To the owner of a blocked machine. */
export function blocked({ machine, owner, track, pulls }: Struck): Message {
  return {
    title: `Machine ${machine} is blocked on ${track}`,
    body: paragraphs(
      `@${owner}, audits found ${inline(machine, 60)} alone against two other owners' machines that measured the same file with the same seed, in ${inRequests(pulls)}. Its reports are no longer taken on \`${track}\`; what it measured since a repeat last agreed with it is looked at again without it.`,
      `A different GPU, driver or PyTorch, an overheated card and other work on the machine are the usual reasons: \`${DESCENT} doctor\` and \`${DESCENT} run\` on the same file show them.`,
      '**To appeal, answer here** and say what you found or changed. A maintainer who grants it writes the machine and the day under `forgiven:` in `.github/descent.yml`; the machine then begins anew, and its first jobs are repeated elsewhere.',
    ),
  };
}

/** To maintainers, when all strikes are in files of one author. */
export function suspicious({ machine, owner, track, pulls }: Struck, author: string): Message {
  return {
    title: `Machine ${machine} and the files of ${author} do not go together on ${track}`,
    body: paragraphs(
      `Audits found ${inline(machine, 60)} of ${owner} alone against two other owners' machines in ${inRequests(pulls)}, all of them requests of ${inline(author, 40)}. Either the machine flatters a friend, or these files behave differently on it by design, to have it blocked. No number tells which, so nothing is blocked; its runs there do not count, and its jobs are all repeated elsewhere.`,
      'Read the diffs. To trust the machine no more, write it under `blocked:` in `.github/descent.yml` and remove its runner.',
    ),
  };
}

/** Outliers alone confirmed a record on main: what to do is for people. */
export function restsOnOutlier(result: ExperimentResult, machines: string[]): Message {
  return {
    title: `The record of #${result.pull} on ${result.track} rests on an outlier`,
    body: paragraphs(
      `#${result.pull} was merged, and audits found ${machines.map((machine) => inline(machine, 60)).join(', ')} to be an outlier. Every run that confirmed it is now discounted: nothing is left to say that it improved anything.`,
      'Revert it by an ordinary commit on main, or leave it: the incumbent is measured again before anything is compared with it.',
    ),
  };
}
