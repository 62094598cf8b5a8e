import { BELOW_TAG } from '../../core/formats/comment-tag.ts';
import { inline, plain } from '../../core/text/harmless/github.ts';
import { bpb } from '../../core/text/loss.ts';
import type { Outcome } from '../decide/results/outcome.ts';
import type { TrackProgress } from '../decide/rules/progress.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { auditSections } from './audits.ts';
import { type Message, paragraphs, resultUrl } from './before-verdict.ts';
import { leftOut, verdictTable } from './earlier-verdicts.ts';
import { sections, verdict } from './verdict.ts';

/** The message when a pull request is decided on all its tracks. */

const ROOM = 40_000;

/** The last outcome in full, the others folded up. */
export function verdicts(snapshot: Snapshot, outcomes: Outcome[], tracks: TrackProgress): Message {
  const last = outcomes.at(-1)!;
  const others = outcomes.slice(0, -1);
  const more = paragraphs(elsewhere(snapshot, tracks), stillAhead(tracks), leftOut(snapshot));
  if (others.length === 0) return verdict(snapshot, last, more);
  const audits = auditSections(outcomes.map(({ result }) => result));
  const said = outcomes.map(({ result }) => `${result.verdict} on ${result.track}`).join(', ');
  return {
    title: plain(outcomes.map(titleOf).join('; '), 100),
    body: paragraphs(
      `### ${said[0]!.toUpperCase()}${said.slice(1)}`,
      verdictTable(
        snapshot,
        outcomes.map(({ result }) => result),
      ),
      `#### \`${last.result.track}\``,
      ...sections(snapshot, last),
      more,
      ...folded(snapshot, others),
      audits && `${BELOW_TAG}\n${audits}`,
    ),
  };
}

/** As many as fit, the latest first: a comment holds 65,536 characters, and the table links to every result. */
function folded(snapshot: Snapshot, others: Outcome[]): string[] {
  let room = ROOM;
  return others.toReversed().flatMap((one) => {
    const { track, verdict: said } = one.result;
    const body = paragraphs(...sections(snapshot, one));
    room -= body.length;
    return room < 0 ? [] : [`<details><summary>${track}: ${said}</summary>\n\n${body}\n\n</details>`];
  });
}

function titleOf({ result }: Outcome): string {
  const loss = result.valBpb === null ? '' : ` ${bpb(result.valBpb)}`;
  return `${result.track}: ${result.verdict}${loss}`;
}

/** For a pull request that is closed or a draft. */
function stillAhead({ ahead }: TrackProgress): string | null {
  if (ahead.length === 0) return null;
  const named = ahead.map((track) => `\`${track}\``).join(', ');
  return `Not measured on ${named} yet: reopen the pull request, or mark it ready, and it continues there.`;
}

/** Tracks that were answered without a machine. */
function elsewhere(snapshot: Snapshot, tracks: TrackProgress): string | null {
  const lines = tracks.elsewhere.map(({ track, of }) => {
    const other = of.pull === null ? "main's own file" : `#${of.pull}`;
    const known = of.result
      ? `**${of.result.verdict}** (${inline(of.result.reason.text, 200)}), [its result](${resultUrl(snapshot, of.result)})`
      : of.open
        ? 'being measured for that pull request; its verdict is the answer for both'
        : 'which holds or held the record of the track';
    return `- \`${track}\`: the same ${of.exact ? 'file' : 'program (only comments or formatting differ)'} as ${other}, ${known}`;
  });
  return lines.length === 0 ? null : ['No GPU time was used on:', ...lines].join('\n');
}
