import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { BADGE_IDS, badgeTitle } from '../../core/credits/badges.ts';
import { CommandError, messageOf } from '../../core/errors.ts';
import { tokenSchema } from '../../core/formats/token.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { bpb } from '../../core/text/loss.ts';
import { type Held, readPeople } from '../../memory/badges/people.ts';
import { siteOf } from '../../memory/clone/remote-url.ts';
import { readEvents } from '../../memory/events/read.ts';
import { exported, FORMATS } from '../badges/export.ts';
import { placeOf } from '../badges/place.ts';
import { homeOf } from '../github/home.ts';
import { verb } from '../verb.ts';

const EXPORT = 'export';

const badgeSchema = z.strictObject({
  id: z.enum(BADGE_IDS),
  name: z.string(),
  criteria: z.string(),
  count: z.int().min(1),
  at: z.string(),
  pull: z.int(),
  blob: z.string(),
  track: z.string(),
});

export const badges = verb({
  name: 'badges',
  summary:
    "badges of people, and tokens of records: what follows from the results, as a list or as files of other systems' formats",
  examples: [
    'badges',
    'badges nova',
    'badges export --format json --into badges   # with SVG badges for READMEs',
    'badges export nova --format ob3 --into badges --key badges.pem   # Open Badges 3.0, signed',
    'badges export --format erc721 --into tokens   # metadata, pictures and a Merkle tree; no chain is asked',
  ],
  writes: 'adds',
  input: z.strictObject({
    login: z.string().optional().describe(`a GitHub login (@LOGIN works, too); \`${EXPORT}\` writes files`),
    of: z.string().optional().describe(`after \`${EXPORT}\`: of this login alone`),
    format: z.enum(FORMATS).optional().describe('what to write'),
    into: z.string().optional().describe('the folder to write into'),
    site: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe('address of the pages, which issue the badges (default: that of GitHub Pages)'),
    key: z
      .string()
      .optional()
      .describe('private Ed25519 key (PEM) that signs credentials; left out: they have no proof'),
  }),
  positional: ['login', 'of'],
  output: z.strictObject({
    people: z.array(z.strictObject({ login: z.string(), account: z.string(), badges: z.array(badgeSchema) })),
    /** Of the records, the latest last. */
    tokens: z.array(tokenSchema.extend({ standing: z.enum(['stands', 'fell']) })),
    broken: z.array(z.string()),
    files: z.array(z.string()),
  }),
  async run({ memory: open, writes, reads, context }, { login, of, format, into, site, key }) {
    const writing = login === EXPORT;
    if (writing && (format === undefined || into === undefined))
      throw new CommandError(
        `\`badges ${EXPORT}\` needs --format and --into`,
        `For example: ${DESCENT} badges ${EXPORT} --format json --into badges`,
      );
    if (!writing && [of, format, into, site, key].some((one) => one !== undefined))
      throw new CommandError(
        `files are only written by \`badges ${EXPORT}\``,
        `For example: ${DESCENT} badges ${EXPORT} --format json --into badges`,
      );
    using memory = await open({ verdictsOnly: true });
    const { folder, commit } = memory.repository;
    const told = await readEvents(folder, commit);
    const all = await readPeople(folder, commit, memory.leaderboard, told.events);
    const wanted = (writing ? of : login)?.replace(/^@/, '').toLowerCase();
    const isWanted = (one: string | undefined) => wanted === undefined || one?.toLowerCase() === wanted;
    const chosen = {
      people: all.people.filter((one) => isWanted(one.login)),
      tokens: all.tokens.filter(({ author }) => isWanted(author?.login)),
    };
    const answer = { ...chosen, broken: [...told.broken, ...all.broken], files: [] as string[] };
    if (!writing) return answer;
    const at = siteOf(context.env);
    const place = placeOf(await homeOf(memory.repository, at.host), at, site ?? null, commit);
    const signer = key === undefined ? null : await signing(await reads(key), place.site, context.now());
    const files = await exported(format!, chosen, place, signer);
    return { ...answer, files: await save(into!, files, writes) };
  },
  render({ people, tokens, broken, files }) {
    const problems = broken.map((one) => `Left out: ${inertLine(one, 300)}`);
    if (files.length > 0) return `${[...problems, ...files].join('\n')}\n`;
    const lines = people.flatMap(({ login, badges }) => [
      inertLine(login, 60),
      ...badges.map((one) => `  ${badgeTitle(one)} (${one.at.slice(0, 10)}, #${one.pull}): ${one.criteria}`),
    ]);
    const records = tokens.map(line);
    const nothing = lines.length + records.length === 0 ? ['No badge yet, and no token of a record.'] : [];
    return `${[...problems, ...nothing, ...lines, ...(records.length > 0 ? ['Tokens of records:'] : []), ...records].join('\n')}\n`;
  },
});

/** The packages that sign are large, and are loaded when there is a key. */
async function signing(path: string, site: string, now: Date) {
  const { signerOf } = await import('../badges/sign.ts');
  return signerOf(path, site, now);
}

function line({ track, number, pull, author, valBpb, effect, standing }: Held): string {
  const whose = pull === null ? "main's own first file" : `#${pull} by ${inertLine(author?.login ?? '', 40)}`;
  const gain = effect
    ? `, gain ${bpb(effect.estimate)} (95 %: ${bpb(effect.low)} to ${bpb(effect.high)})`
    : '';
  const fell = standing === 'fell' ? '; it fell since' : '';
  return `  ${track} ${number}: ${whose}, ${bpb(valBpb)}${gain}${fell}`;
}

async function save(
  into: string,
  files: Record<string, string>,
  writes: (path: string, replaceable: string[]) => Promise<string>,
): Promise<string[]> {
  const saved: string[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = await writes(join(into, name), []);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      saved.push(path);
    }
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(
      `could not write into ${into}: ${messageOf(cause)}`,
      'Name another folder with --into.',
      { cause },
    );
  }
  return saved;
}
