import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { parseReasons, type Reason, reasonSchema } from '../../core/formats/reasons.ts';
import { recordedReasons } from '../../core/rules/recorded.ts';
import { inert, inertLine } from '../../core/text/harmless/terminal.ts';
import { experimentsOf } from '../../memory/history.ts';
import { type Memory, readResult } from '../../memory/memory.ts';
import type { GitHub } from '../github/client.ts';
import { pullAndCheck } from '../github/overall-check.ts';
import { verb } from '../verb.ts';

/** Our words, and words of an author that rules quote. Both are shown as data. */
const WIDTH = 300;

export const why = verb({
  name: 'why',
  summary:
    'show why a pull request is where it is: every rule that was checked, what it saw and what it decided',
  examples: ['why 42', 'why 42 --json'],
  input: z.strictObject({ pull: z.int().positive().describe('number of the pull request') }),
  positional: ['pull'],
  output: z.strictObject({
    pull: z.int(),
    progress: z.string(),
    untrusted: z.literal(true),
    reasons: z.array(reasonSchema),
  }),
  async run({ memory: open, github: connect }, { pull }) {
    const { title, reasons } = await asked(await connect(), pull);
    using memory = await open();
    const decided = reasons === null ? await fromResults(memory, pull) : [];
    return { pull, progress: title, untrusted: true as const, reasons: reasons ?? decided };
  },
  render({ pull, progress, reasons }) {
    const lines = [`#${pull} ${inertLine(progress, 200)}`, ...reasons.flatMap((one) => tree(one, 1))];
    if (reasons.length === 0)
      lines.push(`  No rule has been checked yet. \`${DESCENT} watch ${pull}\` follows it.`);
    return `${lines.join('\n')}\n`;
  },
});

/** What the bot's check run of the current head says. */
async function asked(github: GitHub, pull: number): Promise<{ title: string; reasons: Reason[] | null }> {
  const { check } = await pullAndCheck(github, pull);
  return {
    title: check?.output.title ?? 'not seen by the bot yet',
    reasons: parseReasons(check?.output.text),
  };
}

/** Where the check run holds no reasons, for instance because an older bot wrote it: what the results tell. */
async function fromResults(memory: Memory, pull: number): Promise<Reason[]> {
  const rows = experimentsOf(memory.store, pull);
  const results = await Promise.all(rows.map((row) => readResult(memory, row.oid)));
  return results.map(recordedReasons);
}

function tree({ rule, said, code, saw, because }: Reason, depth: number): string[] {
  const line = `${'  '.repeat(depth)}${rule} ${said} (${code}): ${inert(saw).replace(/\s+/g, ' ').slice(0, WIDTH)}`;
  return [line, ...because.flatMap((one) => tree(one, depth + 1))];
}
