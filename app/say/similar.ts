import type { Verdict } from '../../core/formats/run.ts';
import { inline } from '../../core/text/harmless/github.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import type { Similar, SimilarOpen, SimilarResult, Snapshot } from '../model/snapshot.ts';
import { type Message, paragraphs, resultUrl } from './before-verdict.ts';

const FAILED = new Set<Verdict>(['crashed', 'timeout', 'diverged', 'invalid']);

/** The message with a warning below it; unchanged when nothing is similar. @param waits whether it has had no run yet */
export function withSimilar(snapshot: Snapshot, message: Message, waits: boolean): Message {
  const { similar } = snapshot;
  if (similar.length === 0) return message;
  const what = [
    similar.some((one) => one.kind === 'record') && 'was tried before',
    similar.some((one) => one.kind === 'open') && 'is proposed in an earlier pull request',
  ];
  const consequence = waits ? ', so it waits behind the other pull requests' : '';
  return {
    ...message,
    body: paragraphs(
      message.body,
      `**Much like this ${what.filter(Boolean).join(' and ')}**${consequence}:`,
      similar.map((one) => `- ${line(snapshot, one)}`).join('\n'),
      waits &&
        'If yours is different, add a `differs:` line to the block in the description that says how; it then keeps its place. Otherwise please close it.',
    ),
  };
}

function line(snapshot: Snapshot, one: Similar): string {
  const share = `(${one.part} ${Math.round(one.alike * 100)} % alike)`;
  const what = one.kind === 'record' ? recorded(snapshot, one) : undecided(snapshot, one);
  return `[#${one.pull}](${what.url}) ${inline(one.title, 80)}: ${what.state} ${share}`;
}

function recorded(snapshot: Snapshot, one: SimilarResult) {
  const delta =
    one.valBpb === null || one.incumbentBpb === null ? '' : ` (${signed(one.valBpb - one.incumbentBpb)})`;
  const loss = one.valBpb === null ? '' : `, val_bpb ${bpb(one.valBpb)}${delta}`;
  const why = FAILED.has(one.verdict) ? `; it failed: ${inline(one.exception ?? one.reason, 160)}` : '';
  return { url: resultUrl(snapshot, one), state: `**${one.verdict}**${loss}${why}` };
}

function undecided({ repository, queue }: Snapshot, one: SimilarOpen) {
  const runs = queue.find((entry) => entry.pull === one.pull)?.running.length ?? 0;
  return {
    url: `${repository.url}/pull/${one.pull}`,
    state: runs > 0 ? '**being measured**' : '**open**, not decided yet',
  };
}
