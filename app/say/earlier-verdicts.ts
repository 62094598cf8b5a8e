import { type ExperimentResult, RECONSIDERED } from '../../core/formats/result.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import type { Snapshot, World } from '../model/snapshot.ts';
import { unknownTracks } from '../model/tracks.ts';
import { type Message, paragraphs, resultUrl } from './before-verdict.ts';

/** What is known of a pull request's other tracks: a table below the message of the present one. */

/** Results of the present file on other tracks than the present one. */
export function decidedBeside({ results, pull }: Snapshot, track: string): ExperimentResult[] {
  return results
    .filter((one) => one.blob === pull.file?.oid && one.result.track !== track)
    .map((one) => one.result)
    .filter((result) => result.reason.code !== RECONSIDERED);
}

/** The message with the verdicts of the other tracks below it; unchanged when there are none. */
export function withEarlier(snapshot: Snapshot, track: string, message: Message): Message {
  const known = decidedBeside(snapshot, track);
  const more = paragraphs(
    known.length > 0 && '**On other tracks**, already decided:',
    known.length > 0 && verdictTable(snapshot, known),
    leftOut(snapshot),
  );
  return more === '' ? message : { ...message, body: paragraphs(message.body, more) };
}

export function verdictTable(world: World, results: ExperimentResult[]): string {
  const rows = results.map((result) => {
    const { track, verdict, valBpb, incumbent } = result;
    const difference = valBpb === null || incumbent === null ? '' : signed(valBpb - incumbent.valBpb);
    const loss = valBpb === null ? '' : bpb(valBpb);
    return `| \`${track}\` | **${verdict}** | ${loss} | ${difference} | [#${result.pull}](${resultUrl(world, result)}) |`;
  });
  return ['| track | verdict | val_bpb | difference | result |', '|---|---|---:|---:|---|', ...rows].join(
    '\n',
  );
}

/** Null when every track it asks for is configured. */
export function leftOut(snapshot: Snapshot): string | null {
  const unknown = unknownTracks(snapshot).map((track) => `\`${track}\``);
  if (unknown.length === 0) return null;
  return `Not measured on ${unknown.join(', ')}: ${unknown.length === 1 ? 'this track is' : 'these tracks are'} not configured here, or no longer.`;
}
