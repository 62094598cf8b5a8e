import type { ExperimentRecord } from '../../core/formats/result.ts';
import type { RunRecord } from '../../core/formats/run.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { commitLine, commitQuote } from '../../core/text/harmless/github.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import { placeOf } from '../decide/rules/progress.ts';
import type { CommitMessage } from '../model/effect.ts';
import type { World } from '../model/snapshot.ts';

/** Main's history is meant to be read: a subject with the loss, the hypothesis, and trailers for `git log` and git's own parser. */

function trailers(pairs: [key: string, value: string | null][]): string {
  return pairs
    .filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== '')
    .map(([key, value]) => `${key}: ${commitLine(value, 200)}`)
    .join('\n');
}

function owners(runs: RunRecord[]): string {
  return [...new Set(runs.map((run) => run.owner))].join(', ');
}

export function experimentMessage(world: World, record: ExperimentRecord): CommitMessage {
  const { verdict, authorText, valBpb, incumbent } = record;
  const where = placeOf(world, record.track) === TRAIN_PATH ? '' : ` on ${record.track}`;
  const loss =
    valBpb === null
      ? ''
      : `, val_bpb ${bpb(valBpb)}${incumbent ? ` (${signed(valBpb - incumbent.valBpb)})` : ''}`;
  return {
    headline: `${verdict}: ${commitLine(authorText.title, 80) || 'untitled'} (#${record.pull})${where}${loss}`,
    body: [
      authorText.hypothesis && commitQuote(authorText.hypothesis, 2000),
      commitLine(`Verdict by Descent: ${record.reason.text}`, 500),
      trailers([
        ['Experiment', `${record.pull}-${record.blob.slice(0, 12)}`],
        ['Verdict', verdict],
        ['Val-Bpb', valBpb === null ? null : String(valBpb)],
        ['Track', record.track],
        ['Runs', String(record.runs.length)],
        ['Agent', authorText.agent],
        ['Owner', owners(record.runs)],
      ]),
    ]
      .filter(Boolean)
      .join('\n\n'),
  };
}

/** Of the commit that only ties a request's head to main, whose gains are there already. */
export function mergeMessage(title: string, records: ExperimentRecord[]): CommitMessage {
  const { pull } = records[0]!;
  const verdicts = records.map(({ verdict, track }) => `${verdict} on ${track}`).join(', ');
  return {
    headline: `merge: ${commitLine(title, 80) || 'untitled'} (#${pull})`,
    body: `It is decided on all its tracks: ${verdicts}.`,
  };
}

export function baselineMessage(
  track: string,
  blob: string,
  valBpb: number,
  runs: RunRecord[],
  notice: string | null,
): CommitMessage {
  return {
    headline: `baseline: the first incumbent of ${track}, val_bpb ${bpb(valBpb)}`,
    body: [
      "Main's own file was measured, so that requests have something to be held against.",
      ...(notice === null ? [] : [commitLine(notice, 1000)]),
      trailers([
        ['Experiment', `baseline-${blob.slice(0, 12)}`],
        ['Val-Bpb', String(valBpb)],
        ['Track', track],
        ['Runs', String(runs.length)],
        ['Owner', owners(runs)],
      ]),
    ].join('\n\n'),
  };
}
