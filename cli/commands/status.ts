import { z } from 'zod';
import { holderSchema, type TrackStanding, trackStandingSchema } from '../../core/formats/leaderboard.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { count, pullNames } from '../../core/text/plural.ts';
import { siteOf } from '../../memory/clone/remote-url.ts';
import { selectVerdicts, verdictRowSchema } from '../../memory/experiment.ts';
import { type Guess, guessLine, guessOf, guessSchema } from '../../memory/guess.ts';
import { getMeta, setMeta } from '../../memory/index/store.ts';
import { outcome } from '../../memory/near-miss.ts';
import { beginCommand } from '../clone/begin.ts';
import { forkOwner } from '../github/home.ts';
import { type OpenRequest, openRequests } from '../github/requests.ts';
import { mineLines, mineOf, mineSchema } from '../status/mine.ts';
import { noted, theirs } from '../untrusted.ts';
import { verb } from '../verb.ts';

/** Most lines of news: they should fit on a screen. */
const NEWS = 10;

const standingSchema = holderSchema.extend({
  track: z.string(),
  spread: z.number().nullable(),
  runs: z.int(),
  records: z.int(),
  counts: trackStandingSchema.shape.counts,
  /** What agents build on; null where that is the record. */
  frontier: guessSchema.nullable(),
});

const queueSchema = z.strictObject({
  waiting: z.int(),
  claims: z.int(),
  mine: z.array(
    z.strictObject({
      number: z.int(),
      title: z.string(),
      draft: z.boolean(),
      labels: z.array(z.string()),
      url: z.string(),
    }),
  ),
});

export const status = verb({
  name: 'status',
  summary: 'show the records, the best guesses adopted since, and what changed since you last asked',
  examples: ['status', 'status --fresh   # with the queue and your open pull requests'],
  input: z.strictObject({
    login: z
      .string()
      .optional()
      .describe(
        'your GitHub login, to show your pull requests and machines (default: the owner of the fork)',
      ),
    certified: z.boolean().optional().describe('the records alone, without the best guesses'),
  }),
  positional: [],
  output: z.strictObject({
    ref: z.string(),
    commit: z.string(),
    experiments: z.int(),
    skipped: z.strictObject({ unreadable: z.int(), newer: z.int() }),
    primary: z.string(),
    tracks: z.array(standingSchema),
    queue: queueSchema.nullable(),
    archived: z.boolean().nullable(),
    mine: mineSchema.nullable(),
    since: z.string().nullable(),
    news: z.strictObject({ count: z.int(), experiments: z.array(verdictRowSchema) }),
  }),
  async run({ memory: open, github: connect, fresh, context }, { login: given, certified }) {
    using memory = await open({ verdictsOnly: true, witnessed: true });
    const github = fresh ? await connect() : null;
    const login =
      given ?? github?.login ?? (await forkOwner(memory.repository, siteOf(context.env).host)) ?? undefined;
    const queue = github === null ? null : queueOf(await openRequests(github), login);
    const { leaderboard, store, repository } = memory;
    const since = getMeta(store, 'seen');
    const news =
      since === null ? [] : selectVerdicts(store, 'WHERE decidedAt > ? ORDER BY decidedAt DESC', since);
    const newest = selectVerdicts(store, 'ORDER BY decidedAt DESC LIMIT 1')[0]?.decidedAt ?? since;
    if (newest !== null && newest !== undefined) setMeta(store, 'seen', newest);
    return {
      ref: repository.ref,
      commit: repository.commit,
      experiments: Number(store.prepare('SELECT count(*) AS n FROM verdicts').get()?.n),
      skipped: memory.skipped,
      primary: leaderboard.primary,
      tracks: Object.entries(leaderboard.tracks).map(([name, track]) => ({
        ...standing(name, track),
        frontier: certified ? null : guessOf(leaderboard, name),
      })),
      queue,
      archived: github?.archived ?? null,
      mine: login === undefined ? null : await mineOf(memory, login, context.now()),
      since,
      news: { count: news.length, experiments: news.slice(0, NEWS) },
    };
  },
  render(value) {
    const tracks = value.tracks.map((track) => {
      const star = track.track === value.primary ? ' (primary)' : '';
      const by =
        track.pull === null
          ? 'the first file of the repository'
          : `#${track.pull} by ${track.author}: ${theirs(track.title, 60)}`;
      const spread = track.spread === null ? '' : ` ± ${track.spread.toFixed(4)}`;
      const counts = Object.entries(track.counts).map(([verdict, n]) => `${n} ${verdict}`);
      return (
        `${track.track}${star}: val_bpb ${track.valBpb.toFixed(4)}${spread} over ${count(track.runs, 'run')}, ${by}\n` +
        `  ${count(track.records, 'record')}; ${counts.join(', ') || 'no experiment yet'}` +
        guessLines(track.frontier, track.track === value.primary)
      );
    });
    const lines = [
      `${count(value.experiments, 'experiment')} at ${value.ref} ${value.commit.slice(0, 9)}`,
      ...(tracks.length > 0 ? tracks : ['No track has a measured incumbent yet.']),
    ];
    if (value.archived) lines.push('The repository is archived: nothing is measured there any more.');
    if (value.mine) lines.push(...mineLines(value.mine));
    if (value.queue) {
      lines.push(
        `Open on GitHub: ${count(value.queue.waiting, 'pull request')}, ${count(value.queue.claims, 'claim')} (drafts)`,
      );
      for (const one of value.queue.mine)
        lines.push(`  yours: #${one.number}${one.draft ? ' (draft)' : ''} ${theirs(one.title, 70)}`);
    }
    if (value.since === null) lines.push('This is the first status from this clone.');
    else lines.push(`${value.news.count} new since you last asked${value.news.count > 0 ? ':' : '.'}`);
    for (const one of value.news.experiments)
      lines.push(`  #${one.pull} ${outcome(one)}: ${theirs(one.title, 60)}`);
    return noted(lines);
  },
});

function guessLines(guess: Guess | null, isPrimary: boolean): string {
  if (guess === null) return '';
  const chain = pullNames(guess.chain.map(({ pull }) => pull));
  const certifying = guess.certifying === null ? '' : `; being certified up to #${guess.certifying}`;
  const begin = beginCommand(guess, isPrimary);
  return (
    `\n  ${guessLine(guess)}, not certified; adopted: ${chain}${certifying}` +
    (begin === null ? '' : `\n  to begin there: ${begin}`)
  );
}

function queueOf(open: OpenRequest[], login: string | undefined) {
  const mine = open.filter((one) => one.author === login);
  return {
    waiting: open.filter((one) => !one.draft).length,
    claims: open.filter((one) => one.draft).length,
    mine: mine.map(({ number, title, draft, labels, url }) => ({ number, title, draft, labels, url })),
  };
}

function standing(track: string, { incumbent, runs, counts, history }: TrackStanding) {
  return { track, ...incumbent, spread: spread(runs), runs: runs.length, records: history.length, counts };
}

/** Standard deviation of the incumbent's scored runs, or null below two. */
function spread(runs: RunResult[]): number | null {
  const values = runs.flatMap((run) => (run.valBpb === null ? [] : [run.valBpb]));
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
