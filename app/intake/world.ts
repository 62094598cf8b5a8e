import { MOST_COPIES } from '../../core/formats/borrowing/request.ts';
import { isCustody, parseConfig } from '../../core/formats/config.ts';
import { frontierBranch } from '../../core/formats/frontier.ts';
import { type Leaderboard, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import { parseLedger } from '../../core/formats/ledger.ts';
import type { Parsed } from '../../core/parsed.ts';
import type { CommitReading, Port, QueueReading, WorldReading } from '../github/port.ts';
import type { Fresh, HeadState, QueueEntry, RunState, World } from '../model/snapshot.ts';
import { decodeMemory, decodeOverall, decodeRun } from '../model/state.ts';
import type { ResultCache } from './records.ts';
import { collect } from './report/collect.ts';
import type { Lent } from './report/lent.ts';
import type { FindSimilar } from './similar.ts';

/** What the bot reads whatever it is about: main, the queue, and what it remembers on commits. */

/** Everything that is not a function of GitHub's state arrives here and nowhere else. */
export interface Sources {
  now: () => Date;
  draw: () => Fresh;
  results: ResultCache;
  similar: FindSimilar;
  lent: Lent;
}

const DEFAULT_LOST_AFTER_MINUTES = 30; // when the configuration cannot be read, runs are still collected
/** One for each copy that may be borrowed at once. */
const FRESH = MOST_COPIES;

type Head = Omit<HeadState, 'runs'> & { runs: Omit<RunState, 'finding'>[] };

/**
 * What the bot remembers on a commit of this pull request, null for the bootstrap: the checks of others with the same head are not
 * its own. Of those that an older bot wrote, a run belongs to whom its job names, and `descent` to whom the runs beside it do.
 */
function headOf(commit: CommitReading, pull: number | null): Head {
  const runs = commit.checks.flatMap((check) => {
    const found = decodeRun(check.externalId);
    const memory = decodeMemory(check.text);
    if (!found || !memory) return [];
    const of = found.pull === undefined ? memory.job.pull : found.pull;
    return [{ check, head: commit.oid, key: { ...found.key, pull: of }, memory }];
  });
  const named = runs.find(({ key }) => key.pull !== null)?.key.pull;
  const overalls = commit.checks.flatMap((check) => {
    const found = decodeOverall(check.externalId);
    return found
      ? [{ check, key: found.key, of: found.pull === undefined ? (named ?? pull) : found.pull }]
      : [];
  });
  const own = overalls.filter(({ of }) => of === pull).at(-1);
  return {
    oid: commit.oid,
    blob: commit.file?.oid ?? null,
    overall: own ? { check: own.check, key: own.key } : null,
    runs: runs.filter(({ key }) => key.pull === pull),
    shared: [...overalls.map(({ of }) => of), ...runs.map(({ key }) => key.pull)].some(
      (of) => of !== null && of !== pull,
    ),
  };
}

/** @param oldest of the pull requests with this head: whose the checks are that an older bot wrote without a number */
function queueEntryOf(reading: QueueReading, oldest: boolean): QueueEntry {
  const checks = reading.commit?.checks ?? [];
  const isOwn = (of: number | null | undefined) => (of === undefined ? oldest : of === reading.pull);
  const runs = checks.flatMap((check) => {
    const found = decodeRun(check.externalId);
    return found && isOwn(found.pull) ? [{ check, key: { ...found.key, pull: reading.pull } }] : [];
  });
  const overall = checks
    .flatMap(({ externalId }) => decodeOverall(externalId) ?? [])
    .filter(({ pull }) => isOwn(pull))
    .at(-1);
  return {
    pull: reading.pull,
    author: reading.author,
    createdAt: reading.createdAt,
    draft: reading.draft,
    head: reading.commit?.oid ?? null,
    blob: reading.commit?.file?.oid ?? null,
    overall: overall?.key ?? null,
    running: runs.filter(({ check }) => check.status === 'in_progress').map(({ key }) => key),
    waiting: runs.filter(({ check }) => check.status === 'queued').length,
    confirming: new Set(runs.filter(({ key }) => key.stage === 'confirm').map(({ key }) => key.ordinal)).size,
  };
}

/** Open pull requests as the bot remembers them on their heads. */
export function queueOf(readings: QueueReading[]): QueueEntry[] {
  const heads = new Set<string | undefined>();
  return readings.map((reading) => {
    const oldest = !heads.has(reading.commit?.oid);
    heads.add(reading.commit?.oid);
    return queueEntryOf(reading, oldest);
  });
}

/** Without the links that were certified: main has them, and their branch goes on from there. */
function frontiersAbove(found: WorldReading['frontiers'], board: Parsed<Leaderboard>): World['frontiers'] {
  if (!board.ok) return found;
  const { primary, tracks } = board.value;
  const certified = new Map(
    Object.entries(tracks).map(([track, { incumbent }]) => [frontierBranch(track, primary), incumbent.blob]),
  );
  return Object.fromEntries(
    Object.entries(found).map(([name, { oid, links }]) => {
      const at = links.findLastIndex(({ blob }) => blob === certified.get(name));
      return [name, { oid, links: links.slice(at + 1) }];
    }),
  );
}

export function worldOf(reading: WorldReading, sources: Sources): World {
  const leaderboard = parseLeaderboard(reading.main.leaderboard);
  const config = parseConfig(reading.main.config);
  return {
    now: sources.now().toISOString(),
    repository: reading.repository,
    bot: reading.bot,
    main: {
      ...reading.main,
      config,
      leaderboard,
      ledger: reading.main.ledger === null ? null : parseLedger(reading.main.ledger),
    },
    queue: queueOf(reading.queue),
    closed: queueOf(reading.closed),
    frontiers: frontiersAbove(reading.frontiers, leaderboard),
    lent: config.ok && config.value.lending ? sources.lent.machines() : [],
    borrowing: sources.lent.borrowing(),
    fresh: Array.from({ length: FRESH }, sources.draw),
  };
}

/** Adds to each run in flight what GitHub says about it now. */
export async function withFindings(
  port: Port,
  world: World,
  commit: CommitReading,
  pull: number | null,
  lent: Lent,
): Promise<HeadState> {
  const head = headOf(commit, pull);
  const runs: RunState[] = [];
  for (const run of head.runs)
    runs.push({
      ...run,
      finding:
        run.check.status !== 'in_progress'
          ? { kind: run.check.status === 'queued' ? 'waiting' : 'pending' }
          : await collect(port, run, {
              now: world.now,
              lostAfterMinutes: world.main.config.ok
                ? world.main.config.value.limits['lost-after-minutes']
                : DEFAULT_LOST_AFTER_MINUTES,
              custody: world.main.config.ok && isCustody(world.main.config.value),
              repository: `${world.repository.owner}/${world.repository.name}`,
              branch: world.main.branch,
              bot: world.bot,
              main: world.main.oid,
              harness: world.main.harness,
              lent,
            }),
    });
  return { ...head, runs };
}
