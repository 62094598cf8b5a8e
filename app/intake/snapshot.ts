import { parseConfig } from '../../core/formats/config.ts';
import { parseDescription } from '../../core/formats/description.ts';
import { experimentsDue, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import type { BaselineReading, CommitReading, Port, QueueReading, WorldReading } from '../github/port.ts';
import { decodeReply } from '../model/command.ts';
import type { Look } from '../model/event.ts';
import type {
  BaselineSnapshot,
  Fresh,
  HeadState,
  QueueEntry,
  RunState,
  Similar,
  Snapshot,
  World,
} from '../model/snapshot.ts';
import { decodeMemory, decodeOverall, decodeRun } from '../model/state.ts';
import { tracksAsked } from '../model/tracks.ts';
import { readAsked } from './asked.ts';
import { collect } from './collect.ts';
import { findResults, type ResultCache, resultNames } from './records.ts';
import { type FindSimilar, similarTo } from './similar.ts';
import { leftAlone } from './swarm.ts';
import { contentsOf, diffsOf, digestsOf, textsOf } from './texts.ts';

/** Everything that is not a function of GitHub's state arrives here and nowhere else. */
export interface Sources {
  now: () => Date;
  draw: () => Fresh;
  records: ResultCache;
  similar: FindSimilar;
}

const DEFAULT_LOST_AFTER_MINUTES = 30; // when the configuration cannot be read, runs are still collected
const FRESH = 8;

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
    running: runs.filter(({ check }) => check.status !== 'completed').map(({ key }) => key),
    confirming: new Set(runs.filter(({ key }) => key.stage === 'confirm').map(({ key }) => key.ordinal)).size,
  };
}

function queueOf(readings: QueueReading[]): QueueEntry[] {
  const heads = new Set<string | undefined>();
  return readings.map((reading) => {
    const oldest = !heads.has(reading.commit?.oid);
    heads.add(reading.commit?.oid);
    return queueEntryOf(reading, oldest);
  });
}

function worldOf(reading: WorldReading, sources: Sources): World {
  return {
    now: sources.now().toISOString(),
    repository: reading.repository,
    bot: reading.bot,
    main: {
      ...reading.main,
      config: parseConfig(reading.main.config),
      leaderboard: parseLeaderboard(reading.main.leaderboard),
    },
    queue: queueOf(reading.queue),
    fresh: Array.from({ length: FRESH }, sources.draw),
  };
}

/** Adds to each run in flight what GitHub says about it now. */
async function withFindings(
  port: Port,
  world: World,
  commit: CommitReading,
  pull: number | null,
): Promise<HeadState> {
  const head = headOf(commit, pull);
  const runs: RunState[] = [];
  for (const run of head.runs)
    runs.push({
      ...run,
      finding:
        run.check.status === 'completed'
          ? { kind: 'pending' }
          : await collect(port, run, {
              now: world.now,
              lostAfterMinutes: world.main.config.ok
                ? world.main.config.value.limits['lost-after-minutes']
                : DEFAULT_LOST_AFTER_MINUTES,
              repository: `${world.repository.owner}/${world.repository.name}`,
              branch: world.main.branch,
              bot: world.bot,
              main: world.main.oid,
              harness: world.main.harness,
            }),
    });
  return { ...head, runs };
}

/** Null when there is no such pull request, or the repository is left alone. */
export async function readSnapshot(
  port: Port,
  look: Look & { subject: { kind: 'pull'; number: number } },
  sources: Sources,
): Promise<Snapshot | null> {
  const reading = await port.readPull(look.subject.number, look.heads);
  if (!reading || leftAlone(reading) !== null) return null;
  const world = worldOf(reading, sources);
  const { pull } = reading;
  const commits = [...pull.commits].sort((a, b) => Number(b.oid === pull.head) - Number(a.oid === pull.head));
  const heads: HeadState[] = [];
  for (const commit of commits) heads.push(await withFindings(port, world, commit, pull.number));
  const present = commits[0]?.oid === pull.head ? commits[0] : undefined;
  const file = present?.file ? { ...present.file, text: pull.headText } : null;

  const reply = decodeReply(reading.talk.reply);
  const asked = await readAsked(port, reading.talk.latest, reply);
  const description = parseDescription(pull.body);
  const tracks = tracksAtHand(world, { description, reply, heads });
  const names = await resultNames(port, reading, sources.records);
  const texts = await textsOf(port, world, heads, file);
  const contents = await contentsOf(port, world, texts, names, tracks);
  const results: Snapshot['results'] = [];
  const due = blobsDue(world, pull.number);
  for (const blob of new Set([...blobsAtHand(heads, pull.state, asked.length > 0), ...due])) {
    const alike = await digestsOf(texts, contents, names, blob);
    const at = { commit: world.main.oid, pull: pull.number, blob, contents: alike, tracks };
    results.push(...(await findResults(port, names, at)).map((result) => ({ blob, result })));
  }
  const gained = results.some(
    ({ blob, result }) => blob === file?.oid && result.pull === pull.number && result.verdict === 'improved',
  );
  const asking = { ...pull, description, file, heads };
  const sight = { world, queue: reading.queue, results, recorded: names.length > 0 };
  const similar = await similarTo(sources.similar, asking, sight);
  /** On a track it does not ask for, or where the record itself is its answer, it is no second try. */
  const isSecondTry = (one: Similar) => {
    const waiting = world.queue.find((entry) => entry.pull === one.pull)?.overall?.track;
    if (one.kind === 'open') return waiting === undefined || tracks.includes(waiting);
    const isAnswer = results.some(
      ({ result: record }) => record.pull === one.pull && record.track === one.track,
    );
    return tracks.includes(one.track) && !isAnswer;
  };
  const { body: ____, head: _, headText: __, commits: ___, ...shown } = pull;
  return {
    ...world,
    pull: {
      ...shown,
      ...{ description, heads, file, asked, reply },
      onMain: gained && pull.state === 'open' && (await port.isAncestor(pull.head, world.main.oid)),
      branch:
        pull.state === 'open' && (gained || mayGain(world, heads, file?.oid))
          ? await port.commitsBetween(world.main.oid, pull.head, BRANCH_LIMIT)
          : null,
    },
    results,
    similar: similar.filter(isSecondTry),
    contents,
    diffs: await diffsOf(port, world, heads, texts),
    retry: look.retry,
  };
}

/** More commits than these are no small step towards one file. */
const BRANCH_LIMIT = 10;

/** A run of the present file is below the best: only then it may be merged soon. */
function mayGain({ main }: World, heads: HeadState[], blob: string | undefined): boolean {
  if (!main.leaderboard.ok) return false;
  const { tracks } = main.leaderboard.value;
  return heads
    .flatMap((head) => head.runs)
    .some(({ key, memory, finding }) => {
      const facts = memory.facts ?? (finding.kind === 'report' ? finding.facts : null);
      const best = tracks[key.track]?.incumbent.valBpb;
      return key.blob === blob && best !== undefined && (facts?.run.valBpb ?? Infinity) < best;
    });
}

/** The tracks the pull request asks for, and those its runs were ordered on. */
function tracksAtHand({ main }: World, asking: Parameters<typeof tracksAsked>[0]): string[] {
  const asked = main.config.ok ? tracksAsked(asking, main.config.value.primary) : [];
  return [...new Set([...asked, ...asking.heads.flatMap((head) => head.runs.map((run) => run.key.track))])];
}

/**
 * Blobs whose record matters: the present one while the pull request is open, or was merged without a verdict; those with something
 * left to settle; all when asked.
 */
function blobsAtHand(heads: HeadState[], state: Snapshot['pull']['state'], asked: boolean): string[] {
  const undecided = state === 'merged' && heads[0]?.overall?.key.state !== 'verdict';
  const unsettled = heads.filter(
    (head, i) =>
      asked ||
      (i === 0 && (state === 'open' || undecided)) ||
      head.runs.some((run) => run.check.status !== 'completed') ||
      (head.overall !== null && head.overall.check.status !== 'completed'),
  );
  return [...new Set(unsettled.flatMap((head) => head.blob ?? []))];
}

/** Files of a pull request whose machines are being audited, or whose verdicts are to be looked at again. */
function blobsDue({ main }: World, number: number): string[] {
  return experimentsDue(main.leaderboard).flatMap(({ pull, blob }) => (pull === number ? blob : []));
}

/** Null when the repository is left alone. */
export async function readBaseline(
  port: Port,
  retry: boolean,
  sources: Sources,
): Promise<BaselineSnapshot | null> {
  const reading: BaselineReading = await port.readBaseline();
  if (leftAlone(reading) !== null) return null;
  const world = worldOf(reading, sources);
  return {
    ...world,
    carrier: reading.carrier && (await withFindings(port, world, reading.carrier, null)),
    retry,
  };
}
