import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { parseConfig } from '../../core/formats/config.ts';
import { parseDescription } from '../../core/formats/description.ts';
import { own } from '../../core/names.ts';
import { programOf } from '../../core/python/python.ts';
import { problemsOf, TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { inert } from '../../core/text/harmless/terminal.ts';
import { pullNames } from '../../core/text/plural.ts';
import { needFiles } from '../../memory/clone/clone.ts';
import { fileAt } from '../../memory/clone/git.ts';
import { experimentSchema } from '../../memory/experiment.ts';
import { adoptedSince, guessOf } from '../../memory/guess.ts';
import { experimentsWith } from '../../memory/history.ts';
import { alikeSchema, alikeTo } from '../../memory/likeness/alike.ts';
import type { Proposal } from '../../memory/likeness/proposals.ts';
import type { Memory } from '../../memory/memory.ts';
import { judgedOver } from '../clone/begin.ts';
import { descriptionInput, descriptionOf } from '../description.ts';
import { noted } from '../untrusted.ts';
import { verb } from '../verb.ts';
import { readProposal, type Proposal as WorkingProposal } from '../working-tree.ts';
import { line } from './history.ts';
import { proposalsNow, warnings } from './similar.ts';

/** What `check` found; `submit` shows it as well. */
export const inspectedSchema = alikeSchema.extend({
  ok: z.boolean(),
  problems: z.array(z.string()),
  warnings: z.array(z.string()),
  blob: z.string().nullable(),
  duplicates: z.array(experimentSchema),
  differs: z.boolean(),
  /** On a track with a frontier: what the file was changed from, and what was adopted since. */
  base: z.strictObject({ blob: z.string(), certified: z.boolean(), since: z.array(z.int()) }).nullable(),
  description: z.string().nullable(),
});

export const check = verb({
  name: 'check',
  summary:
    'check all that the bot checks before GPU time is used: rules, description, duplicates, similar experiments',
  examples: [
    'check --hypothesis "Halving the batch doubles the number of steps."',
    'check --description pull-request.md --json',
    'check --hypothesis "..." --fresh   # also compares with what others have open',
  ],
  input: z.strictObject({
    certified: z.boolean().optional().describe('the file was changed from the record'),
    ...descriptionInput,
  }),
  positional: [],
  output: inspectedSchema,
  async run({ memory: open, context, github, fresh, reads }, { certified, ...input }) {
    using memory = await open();
    const { repository } = memory;
    needFiles(repository);
    const proposals = await proposalsNow(context, fresh ? await github() : null, fresh);
    const proposal = await readProposal(repository, repository.commit);
    // awaited: the memory closes when this block ends
    return await inspect(memory, await descriptionOf(input, reads), proposal, proposals, certified === true);
  },
  render(value) {
    const lines = value.problems.map((problem) => `problem: ${inert(problem)}`);
    for (const one of value.warnings) lines.push(`warning: ${inert(one)}`);
    for (const one of value.duplicates) lines.push(`measured before: ${line(one)}`);
    const alike = warnings(value);
    for (const one of alike) lines.push(`similar: ${one}`);
    if (alike.length > 0 && !value.differs)
      lines.push('the bot puts it at the end of the queue unless --differs says how it differs');
    if (value.base !== null)
      lines.push(
        `changed from ${value.base.certified ? 'the record' : 'a file of the frontier'} (blob ${value.base.blob.slice(0, 12)})`,
      );
    if (value.ok) lines.push(`ok: ${TRAIN_PATH} (blob ${value.blob?.slice(0, 12)}) may be submitted`);
    return noted(lines);
  },
  status: (value) => (value.ok ? 0 : 1),
});

/**
 * The verdict of `check`. `submit` runs the same checks before it opens a pull request.
 * @param body the description, as the bot will read it
 * @param proposals what others have open
 * @param certified the file was changed from the record, whatever this clone knows
 */
export async function inspect(
  memory: Memory,
  body: string | null,
  proposal: WorkingProposal,
  proposals: Proposal[],
  certified: boolean,
) {
  const { repository } = memory;
  const description = parseDescription(body ?? '');
  const config = parseConfig(await fileAt(repository.folder, repository.commit, '.github/descent.yml'));
  const primary = config.ok ? config.value.primary : memory.leaderboard.primary;
  const named = description.ok ? description.value.tracks : [];
  const asked = named.length > 0 ? named : [primary];
  const tracks = config.ok ? Object.keys(config.value.tracks) : [];
  const rules = { defaultBranch: 'main', tracks, primary, asked, admitted: false, mainRef: repository.ref };
  const request = {
    base: 'main',
    changedFiles: proposal.files.length,
    files: proposal.files,
    file: proposal.file,
    description,
  };
  const problems = config.ok ? problemsOf(request, rules) : config.problems;

  const known = proposal.file === null ? [] : experimentsWith(memory.store, proposal.file.oid);
  const duplicates = known.filter((one) => asked.includes(one.track));
  const isNew = asked.some((track) => !duplicates.some((one) => one.track === track));
  const hypothesis = description.ok ? description.value.hypothesis : '';
  const mine = { text: proposal.file?.text ?? '', hypothesis, track: asked[0]! };
  const alike = isNew ? await alikeTo(memory, mine, proposals) : { similar: [], open: [] };
  const base = await overWhat(memory, asked[0]!, certified);
  return {
    ok: problems.length === 0 && isNew,
    problems,
    warnings: [...warningsAbout(proposal), ...behind(base)],
    base,
    blob: proposal.file?.oid ?? null,
    duplicates,
    ...alike,
    differs: description.ok && description.value.differs !== null,
    description: body,
  };
}

/** What the bot will judge the change over. */
async function overWhat(memory: Memory, track: string, certified: boolean): Promise<Inspected['base']> {
  const blob = await judgedOver(memory, track, certified);
  if (blob === null) return null;
  const guess = guessOf(memory.leaderboard, track);
  const since = guess === null ? [] : adoptedSince(guess, blob).map(({ pull }) => pull);
  return { blob, certified: own(memory.leaderboard.tracks, track)?.incumbent.blob === blob, since };
}

function behind(base: Inspected['base']): string[] {
  if (base === null || base.since.length === 0) return [];
  const names = pullNames(base.since);
  return [
    `adopted since the file that this one was changed from: ${names}. \`${DESCENT} rebase\` puts the change onto the best guess; otherwise the bot does it after a gain`,
  ];
}

type Inspected = z.infer<typeof inspectedSchema>;

/** Warnings: they do not stop a pull request. */
function warningsAbout({ left, file }: WorkingProposal): string[] {
  const said: string[] = [];
  const program = file?.text == null ? null : programOf(file.text);
  if (program !== null && 'why' in program)
    said.push(`line ${program.line} of ${TRAIN_PATH}: ${program.why}; Python would not run the file`);
  const more = left.length > 5 ? ` and ${left.length - 5} more` : '';
  if (left.length > 0) said.push(`changed here but not sent: ${left.slice(0, 5).join(', ')}${more}`);
  return said;
}
