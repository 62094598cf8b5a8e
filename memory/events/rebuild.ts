import { appended, EVENTS, type Event, eventLine } from '../../core/formats/events.ts';
import { LEADERBOARD_PATH, type Leaderboard, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import { EXPERIMENTS, type ExperimentResult, parseResult } from '../../core/formats/result.ts';
import { eventsBetween, type Written } from '../../core/rules/events.ts';
import { git, needHistory } from '../clone/git.ts';
import { fetchMissing, readBlobs } from '../index/blobs.ts';

/** The events that follow from the results of main's history, whatever `results/events` says. */

export interface Rebuilt {
  event: Event;
  line: string;
  commit: string;
  /** The commit wrote events. One that did not is older than they are, or a person's. */
  wrote: boolean;
}

interface Change {
  path: string;
  /** Blobs; null where there is none. */
  from: string | null;
  to: string | null;
}

interface Commit {
  oid: string;
  changes: Change[];
  wrote: boolean;
}

/** @param commit of main; its history must be there */
export async function* rebuiltEvents(folder: string, commit: string): AsyncGenerator<Rebuilt> {
  await needHistory(folder, 'events are made');
  await fetchMissing(folder, null, commit, 'results');
  const commits = await commitsOf(folder, commit);
  const wanted = commits
    .flatMap(({ changes }) => changes.flatMap(({ from, to }) => [from, to]))
    .filter((oid) => oid !== null);
  const blobs = readBlobs(folder, wanted);
  const next = async (oid: string | null) => (oid === null ? null : ((await blobs.next()).value ?? null));
  let before: Leaderboard | null = null;
  for (const { oid, changes, wrote } of commits) {
    let after: Leaderboard | null = before;
    const results: Written[] = [];
    for (const { path, from, to } of changes) {
      const [was, is] = [await next(from), await next(to)];
      if (path === LEADERBOARD_PATH) after = boardOf(is) ?? after;
      else results.push(...writtenIn(was, is));
    }
    if (after === null) continue;
    for (const event of eventsBetween({ before, after }, results))
      yield { event, line: eventLine(event), commit: oid, wrote };
    before = after;
  }
}

function boardOf(blob: Buffer | null): Leaderboard | null {
  const parsed = parseLeaderboard(blob?.toString('utf8') ?? null);
  return parsed.ok ? parsed.value : null;
}

function writtenIn(was: Buffer | null, is: Buffer | null): Written[] {
  const now = resultOf(is);
  return now ? [{ now, before: resultOf(was) }] : [];
}

function resultOf(blob: Buffer | null): ExperimentResult | null {
  const parsed = blob && parseResult(blob);
  return parsed?.kind === 'record' ? parsed.result : null;
}

/** Files of all events of main's history, by their names below `results`. */
export async function eventFiles(folder: string, commit: string): Promise<Record<string, string>> {
  const events: Event[] = [];
  for await (const { event } of rebuiltEvents(folder, commit)) events.push(event);
  return Object.fromEntries(
    appended(null, events).map(({ path, content }) => [path.slice('results/'.length), content]),
  );
}

const MARK = 'commit ';

/** Main's own commits, the oldest first, that changed results or events. */
async function commitsOf(folder: string, commit: string): Promise<Commit[]> {
  const text = await git(folder, [
    ...['-c', 'core.quotePath=false', 'log', '--first-parent', '-m', '--root', '--reverse', '--raw'],
    ...['--no-abbrev', '--no-renames', `--format=${MARK}%H`, commit, '--'],
    ...[EXPERIMENTS, LEADERBOARD_PATH, EVENTS],
  ]);
  const commits: Commit[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(MARK)) commits.push({ oid: line.slice(MARK.length), changes: [], wrote: false });
    const [head, path] = line.split('\t');
    if (!line.startsWith(':') || !head || !path) continue;
    const last = commits.at(-1)!;
    const [, , from, to] = head.split(' ') as [string, string, string, string];
    if (path.startsWith(`${EVENTS}/`)) last.wrote = true;
    else last.changes.push({ path, from: named(from), to: named(to) });
  }
  return commits;
}

function named(oid: string): string | null {
  return /^0+$/.test(oid) ? null : oid;
}
