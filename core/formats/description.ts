import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { readMarkdown } from '../text/markdown.ts';
import { firstUnseen } from '../text/unseen.ts';
import { type BorrowRequest, borrowSchema } from './borrowing/request.ts';
import { trackNameSchema } from './run.ts';
import { droppedByYaml } from './yaml/dropped.ts';
import { parseStrictYaml } from './yaml/strict.ts';

/** What a pull request's description says: a fenced `yaml` block, or a `## Hypothesis` section in plain words. */

const DESCRIPTION_LIMIT = 64 * 1024;
const HYPOTHESIS_LIMIT = 4000;

const UNSEEN = 'an invisible character: remove it';

/** Tracks a pull request may ask for, those of its description and those added by `/track` together. */
export const MOST_TRACKS = 8;

export interface Description {
  hypothesis: string;
  change: string | null;
  expect: number | null;
  buildsOn: number[];
  /** How it is another idea than what was tried. */
  differs: string | null;
  agent: string | null;
  /** Credits that its author bids for an earlier turn. */
  bid: number | null;
  /** Where it asks to be measured, in order; empty for the primary track. */
  tracks: string[];
}

/** What is kept is what people read: an invisible character is refused, not removed silently. */
const words = z
  .string('a sentence: put the value in quotes')
  .trim()
  .superRefine((text, context) => {
    const unseen = firstUnseen(text);
    if (unseen) context.addIssue(`line ${unseen.line} holds ${unseen.name}, ${UNSEEN}`);
  });

const hypothesis = words
  .min(10, 'say in a sentence why the loss should go down (at least 10 characters)')
  .max(HYPOTHESIS_LIMIT, `at most ${HYPOTHESIS_LIMIT} characters`);

const TRACKS = 'the name of a track in .github/descent.yml, or a list of such names';

const tracks = z
  .array(z.string(TRACKS), TRACKS)
  .min(1, 'name a track, or leave the key out for the primary one')
  .max(MOST_TRACKS, `at most ${MOST_TRACKS} tracks`)
  .refine((names) => names.every((name) => trackNameSchema.safeParse(name).success), TRACKS)
  .refine((names) => new Set(names).size === names.length, 'each track once');

/** Credits that one person may offer for a pull request. */
export const MOST_CREDITS = 1_000_000;
const BID = `a whole number of credits from 1 to ${MOST_CREDITS}, without quotes`;

const blockSchema = z.strictObject({
  hypothesis,
  change: words
    .min(1, 'say what changed, or leave the key out')
    .max(1000, 'at most 1000 characters')
    .optional(),
  expect: z.number().min(-100).max(100).optional(),
  'builds-on': z.array(z.int().positive()).max(50, 'at most 50 pull requests').optional(),
  differs: words
    .min(10, 'say in a sentence how it is another idea')
    .max(1000, 'at most 1000 characters')
    .optional(),
  agent: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/,
      'letters, digits, blanks, dots, dashes, at most 40 characters',
    )
    .optional(),
  bid: z.int(BID).min(1, BID).max(MOST_CREDITS, BID).optional(),
  track: z.preprocess((one) => (typeof one === 'string' ? [one] : one), tracks).optional(),
});

const EXAMPLE = 'add a fenced `yaml` block with `hypothesis:`, or a `## Hypothesis` section';
const NO_EXPERIMENT =
  'it asks to `borrow` machines, and is no experiment: nothing of it is compared with the record';
const ONE_PLACE = 'keep one, so that it is clear which one counts';

/** Other blocks of YAML may stand beside ours: settings, logs. Ours has one of our keys. */
const OURS = new RegExp(
  `^[\\s{]*["']?(?:${[...Object.keys(blockSchema.shape), 'borrow'].join('|')})["']?\\s*:`,
  'm',
);

/** A request to borrow machines, which is no experiment: all its keys. */
const borrowBlockSchema = z.strictObject({ borrow: borrowSchema, track: trackNameSchema.optional() });
const BORROWS = /^["']?borrow["']?\s*:/m;

/** The block or the section that holds the hypothesis. Of two that could be meant, none is dropped in silence. */
function chosen(body: string): Parsed<{ block: string } | { section: string }> {
  const { yaml, sections } = readMarkdown(body, 'hypothesis');
  const ours = yaml.filter((block) => OURS.test(block));
  const refused = (problem: string) => ({ ok: false as const, problems: [problem] });
  if (ours.length > 1)
    return refused(`${ours.length} \`yaml\` blocks have keys such as \`hypothesis\`: ${ONE_PLACE}`);
  if (sections.length > 1)
    return refused(`there are ${sections.length} sections \`## Hypothesis\`: ${ONE_PLACE}`);
  if (ours.length > 0 && sections.length > 0)
    return refused(`there is a \`yaml\` block and a section \`## Hypothesis\`: ${ONE_PLACE}`);
  const block = ours[0] ?? (sections.length > 0 ? undefined : yaml[0]);
  if (block !== undefined) return { ok: true, value: { block } };
  if (sections.length > 0) return { ok: true, value: { section: sections[0]! } };
  return refused(`the description has no hypothesis: ${EXAMPLE}`);
}

/** Everything that would be left out of the block without a word: found first, as it also explains most errors of YAML. */
function parseBlock<T>(block: string, schema: z.ZodType<T>): Parsed<T> {
  const unseen = firstUnseen(block);
  const problems = unseen
    ? [`line ${unseen.line} of the \`yaml\` block holds ${unseen.name}, ${UNSEEN}`]
    : droppedByYaml(block);
  return problems.length > 0 ? { ok: false, problems } : parseStrictYaml(block, schema);
}

/** Where what is asked for stands in a description. */
function placeIn(body: string): ReturnType<typeof chosen> {
  if (Buffer.byteLength(body) > DESCRIPTION_LIMIT)
    return {
      ok: false,
      problems: [
        `the description is ${Math.ceil(Buffer.byteLength(body) / 1024)} KiB long: at most ${DESCRIPTION_LIMIT / 1024} KiB are read`,
      ],
    };
  return chosen(body.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));
}

/** What is borrowed; null where the description asks for nothing of the kind. */
export function parseBorrow(body: string): Parsed<BorrowRequest> | null {
  const found = placeIn(body);
  if (!found.ok || !('block' in found.value) || !BORROWS.test(found.value.block)) return null;
  const parsed = parseBlock(found.value.block, borrowBlockSchema);
  if (!parsed.ok) return parsed;
  const { borrow, track = null } = parsed.value;
  return { ok: true, value: { ...borrow, track } };
}

export function parseDescription(body: string): Parsed<Description> {
  const found = placeIn(body);
  if (!found.ok) return found;
  if ('block' in found.value) {
    if (BORROWS.test(found.value.block)) return { ok: false, problems: [NO_EXPERIMENT] };
    const parsed = parseBlock(found.value.block, blockSchema);
    if (!parsed.ok) return parsed;
    const value = parsed.value;
    return {
      ok: true,
      value: {
        hypothesis: value.hypothesis,
        change: value.change ?? null,
        expect: value.expect ?? null,
        buildsOn: value['builds-on'] ?? [],
        differs: value.differs ?? null,
        agent: value.agent ?? null,
        bid: value.bid ?? null,
        tracks: value.track ?? [],
      },
    };
  }
  const parsed = hypothesis.safeParse(found.value.section);
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.map((issue) => `\`## Hypothesis\`: ${issue.message}`) };
  return {
    ok: true,
    value: {
      hypothesis: parsed.data,
      change: null,
      expect: null,
      buildsOn: [],
      differs: null,
      agent: null,
      bid: null,
      tracks: [],
    },
  };
}
