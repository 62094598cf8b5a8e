import { recordPath, type Verdict } from '../../results/schema.ts';
import type { Similar, Snapshot } from '../model/snapshot.ts';
import type { Saying } from './comments.ts';
import { inline } from './inert.ts';
import { bpb, signed } from './loss.ts';

/** A request much like what was measured before is told so, and waits behind the others unless it says what differs. */

const FAILED = new Set<Verdict>(['crashed', 'timeout', 'invalid']);

export function waitsBehind({ similar }: Snapshot): boolean {
  return similar.length > 0;
}

/** The saying with a warning below it; as it is when nothing is alike. */
export function alerted(snapshot: Snapshot, saying: Saying): Saying {
  const { similar } = snapshot;
  if (similar.length === 0) return saying;
  const lines = similar.map((one) => `- ${line(snapshot, one)}`);
  return {
    ...saying,
    body: [
      saying.body,
      `**Much like this was tried before**, so it waits behind the other requests:`,
      lines.join('\n'),
      'When it is another idea, add `differs: ...` to the block of the description and say how; it then keeps its place. Else close it and spend the time on something new.',
    ].join('\n\n'),
  };
}

function line({ repository, main }: Snapshot, one: Similar): string {
  const url = `${repository.url}/blob/${main.branch}/${recordPath(one)}`;
  const delta =
    one.valBpb === null || one.incumbentBpb === null ? '' : ` (${signed(one.valBpb - one.incumbentBpb)})`;
  const loss = one.valBpb === null ? '' : `, val_bpb ${bpb(one.valBpb)}${delta}`;
  const why = FAILED.has(one.verdict) ? `; it failed: ${inline(one.reason, 160)}` : '';
  return `[#${one.pull}](${url}) ${inline(one.title, 80)}: **${one.verdict}**${loss}${why} (${one.part} ${Math.round(one.alike * 100)} % alike)`;
}
