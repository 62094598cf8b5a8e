import { DESCENT } from '../../core/command-name.ts';
import type { Audit, ExperimentResult } from '../../core/formats/result.ts';
import { commitLine, inline } from '../../core/text/harmless/github.ts';
import { bpb } from '../../core/text/loss.ts';
import type { CommitMessage } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Message, paragraphs } from './before-verdict.ts';

/** Messages about audits: below the verdict, in main's history, and to the owner of a blocked machine. */

const WHY: Record<Audit['why'], string> = {
  probation: 'one of the first runs of its machine',
  share: 'drawn at random',
  colour: 'outside the usual spread of this track',
  equal: 'its loss equals that of another run',
  scoring: 'its weights are scored again',
};

/** The audits of a pull request's results for one file, with this result as it is written now. */
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
      "**Audits.** These runs are repeated with the same seeds on another owner's machine, or their weights are scored again there. This checks the machine, not the file.",
    result.audits.map((audit) => `- ${line(result, audit)}`).join('\n'),
    ...struck.map((why) => `**Some runs do not count:** ${why}. They stay in the result.`),
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
      return `**${inline(outlier ?? '', 60)} is an outlier** and is on probation again. What it measured lately is decided again without it`;
    case 'unsettled':
      return 'they all disagree, so no machine is blamed';
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
      "Runs were repeated with the same seeds, or their weights scored again, on other owners' machines.",
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
      'A machine that measured it was found to be an outlier. Its runs are kept and do not count.',
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
  /** Pull requests in which audits found the machine to be an outlier. */
  pulls: number[];
}

const inPullRequests = (pulls: number[]) => pulls.map((pull) => `#${pull}`).join(' and ');

/** To the owner of a blocked machine. */
export function blocked({ machine, owner, track, pulls }: Struck): Message {
  return {
    title: `Machine ${machine} is blocked on ${track}`,
    body: paragraphs(
      `@${owner}, audits found ${inline(machine, 60)} to be an outlier in ${inPullRequests(pulls)}: machines of two other owners measured the same file with the same seed and disagree with it. Its reports are no longer accepted on \`${track}\`. What it measured since an audit last agreed with it is decided again without it.`,
      `The usual reasons are a different GPU, driver or PyTorch, an overheated card, or other work on the machine. \`${DESCENT} doctor\` and \`${DESCENT} run\` on the same file show them.`,
      '**To appeal, reply here** and say what you found or changed. A maintainer who accepts the appeal adds the machine and the date under `forgiven:` in `.github/descent.yml`. The machine then starts again on probation: its first runs are repeated elsewhere.',
    ),
  };
}

/** To maintainers, when the machine was an outlier in files of one author only. */
export function suspicious({ machine, owner, track, pulls }: Struck, author: string): Message {
  return {
    title: `Audits disagree with machine ${machine} only for files of ${author} on ${track}`,
    body: paragraphs(
      `Audits found ${inline(machine, 60)} of ${owner} to be an outlier in ${inPullRequests(pulls)}, all of them pull requests of ${inline(author, 40)}. Either the machine favours this author, or these files are written to behave differently on it, so that it is blocked. The numbers cannot show which, so the machine is not blocked. Its runs there do not count, and all its runs are repeated elsewhere.`,
      'Read the diffs. If you no longer trust the machine, add it under `blocked:` in `.github/descent.yml` and remove its runner.',
    ),
  };
}

/** To maintainers, when only outliers confirmed a record on main. */
export function restsOnOutlier(result: ExperimentResult, machines: string[]): Message {
  return {
    title: `The record of #${result.pull} on ${result.track} rests on an outlier`,
    body: paragraphs(
      `#${result.pull} was merged, and audits later found ${machines.map((machine) => inline(machine, 60)).join(', ')} to be an outlier. None of the runs that confirmed it counts any more, so nothing shows that it improved anything.`,
      'Revert it with an ordinary commit on main, or leave it: the incumbent is measured again before anything is compared with it.',
    ),
  };
}
