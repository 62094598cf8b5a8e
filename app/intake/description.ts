import { z } from 'zod';
import { trackNameSchema } from '../../results/schema.ts';
import type { Result } from '../model/result.ts';
import type { Description } from '../model/snapshot.ts';
import { MOST_TRACKS } from '../model/tracks.ts';
import { parseStrictYaml } from './problems.ts';

/** What a pull request's description says: a fenced `yaml` block, or a `## Hypothesis` section in plain words. */

const DESCRIPTION_LIMIT = 64 * 1024;
const HYPOTHESIS_LIMIT = 4000;

const hypothesis = z
  .string()
  .trim()
  .min(10, 'say in a sentence why the loss should go down (at least 10 characters)')
  .max(HYPOTHESIS_LIMIT, `at most ${HYPOTHESIS_LIMIT} characters`);

const TRACKS = 'the name of a track in .github/descent.yml, or a list of such names';

const tracks = z
  .array(z.string(TRACKS), TRACKS)
  .min(1, 'name a track, or leave the key out for the primary one')
  .max(MOST_TRACKS, `at most ${MOST_TRACKS} tracks`)
  .refine((names) => names.every((name) => trackNameSchema.safeParse(name).success), TRACKS)
  .refine((names) => new Set(names).size === names.length, 'each track once');

const blockSchema = z.strictObject({
  hypothesis,
  change: z.string().trim().min(1).max(1000, 'at most 1000 characters').optional(),
  expect: z.number().min(-100).max(100).optional(),
  'builds-on': z.array(z.int().positive()).max(50, 'at most 50 pull requests').optional(),
  differs: z.string().trim().min(10, 'say in a sentence how it is another idea').max(1000).optional(),
  agent: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/,
      'letters, digits, blanks, dots, dashes, at most 40 characters',
    )
    .optional(),
  track: z.preprocess((one) => (typeof one === 'string' ? [one] : one), tracks).optional(),
});

const EXAMPLE = 'add a fenced `yaml` block with `hypothesis:`, or a `## Hypothesis` section';

/** GitHub shows nothing of a comment, so neither do we; one that is never closed hides the rest. */
function withoutComments(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf('<!--', from);
    if (open < 0) return parts.join('') + text.slice(from);
    parts.push(text.slice(from, open));
    const close = text.indexOf('-->', open + 4);
    if (close < 0) return parts.join('');
    from = close + 3;
  }
}

/** The first fenced `yaml` block; null when there is none. A fence that is never closed runs to the end, as on GitHub. */
function yamlBlock(lines: string[]): string | null {
  let fence: string | null = null;
  let isYaml = false;
  let block: string[] = [];
  for (const line of lines) {
    const mark = /^ {0,3}(`{3,}|~{3,})[ \t]*([A-Za-z]*)[ \t]*$/.exec(line);
    if (fence === null) {
      if (mark) {
        fence = mark[1]!;
        isYaml = /^ya?ml$/i.test(mark[2]!);
        block = [];
      }
    } else if (mark && mark[2] === '' && mark[1]!.startsWith(fence)) {
      if (isYaml) return block.join('\n');
      fence = null;
    } else block.push(line);
  }
  return fence !== null && isYaml ? block.join('\n') : null;
}

function hypothesisSection(lines: string[]): string | null {
  const start = lines.findIndex((line) => /^ {0,3}#{1,6}[ \t]+hypothesis[ \t:#]*$/i.test(line));
  if (start < 0) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^ {0,3}#{1,6}[ \t]/.test(line));
  return (end < 0 ? rest : rest.slice(0, end)).join('\n').trim();
}

export function parseDescription(body: string): Result<Description> {
  if (Buffer.byteLength(body) > DESCRIPTION_LIMIT)
    return {
      ok: false,
      problems: [
        `the description is ${Math.ceil(Buffer.byteLength(body) / 1024)} KiB long: at most ${DESCRIPTION_LIMIT / 1024} KiB are read`,
      ],
    };
  const lines = withoutComments(body.replaceAll('\r\n', '\n')).split('\n');
  const block = yamlBlock(lines);
  if (block !== null) {
    const parsed = parseStrictYaml(block, blockSchema);
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
        tracks: value.track ?? [],
      },
    };
  }
  const section = hypothesisSection(lines);
  if (section === null) return { ok: false, problems: [`the description has no hypothesis: ${EXAMPLE}`] };
  const parsed = hypothesis.safeParse(section);
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
      tracks: [],
    },
  };
}
