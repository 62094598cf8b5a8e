import { type ExperimentResult, parseResult, resultPath } from '../../core/formats/result.ts';
import { isPresentContent } from '../../core/python/digest.ts';
import type { Port, PullReading } from '../github/port.ts';
import type { ResultName } from '../model/snapshot.ts';

/** Names of records by the tree that lists them: a tree never changes, so neither does its list. */
export type ResultCache = Map<string, ResultName[]>;

/** Names that are not ours to the letter are none: the folder is read as strangers may have left it. */
export function namesOf(files: string[]): ResultName[] {
  return files.flatMap((file) => {
    const match =
      /^(\d+)-([0-9a-f]{12})-(?:([a-z0-9][a-z0-9-]{0,39})\.json|([0-9a-f]{32}|d2[0-9a-f]{32}))$/.exec(file);
    if (!match) return [];
    return [{ pull: Number(match[1]), blob: match[2]!, track: match[3] ?? null, content: match[4] ?? null }];
  });
}

/** All results by name. The newest folder came with the snapshot; others are read once and remembered. */
export async function resultNames(
  port: Port,
  reading: PullReading,
  cache: ResultCache,
): Promise<ResultName[]> {
  const here = String(Math.floor(reading.pull.number / 1000));
  const names = namesOf(reading.here);
  for (const folder of reading.folders) {
    if (folder.name === here || !/^\d+$/.test(folder.name)) continue;
    const known = cache.get(folder.oid) ?? namesOf(await port.listTree(folder.oid));
    cache.set(folder.oid, known);
    names.push(...known);
  }
  return names;
}

/**
 * The results of a file, one per track: of this very blob, or of one that differs in comments and formatting alone; this pull request's
 * own on whatever track, of others only on those it asks for. Of several on a track this pull request's own, else the oldest.
 */
export async function findResults(
  port: Pick<Port, 'readFile'>,
  names: ResultName[],
  at: Sought & { commit: string; tracks: string[] },
): Promise<ExperimentResult[]> {
  const found: ExperimentResult[] = [];
  for (const [track, matches] of Map.groupBy(namedLike(names, at), (name) => name.track)) {
    if (!at.tracks.includes(track) && matches.every((match) => match.pull !== at.pull)) continue;
    const result = await firstThatAnswers(port, matches, at);
    if (result) found.push(result);
  }
  return found;
}

interface Sought {
  pull: number;
  blob: string;
  /** Its digests, of each way in which they were made. */
  contents: string[];
}

type Found = Pick<ExperimentResult, 'pull' | 'blob' | 'track'>;

/** Names of records that may answer, the best first. The index by content shows which files are equal, not on which tracks. */
function namedLike(names: ResultName[], at: Sought): Found[] {
  const alike = new Set(
    names
      .filter(
        (name) =>
          at.blob.startsWith(name.blob) || (name.content !== null && at.contents.includes(name.content)),
      )
      .map(({ pull, blob }) => `${pull}-${blob}`),
  );
  const exact = ({ blob }: Found) => Number(at.blob.startsWith(blob));
  return names
    .flatMap(({ pull, blob, track }) =>
      track !== null && alike.has(`${pull}-${blob}`) ? [{ pull, blob, track }] : [],
    )
    .sort(
      (a, b) =>
        Number(b.pull === at.pull) - Number(a.pull === at.pull) || exact(b) - exact(a) || a.pull - b.pull,
    );
}

async function firstThatAnswers(
  port: Pick<Port, 'readFile'>,
  matches: Found[],
  at: Sought & { commit: string },
): Promise<ExperimentResult | null> {
  for (const match of matches) {
    const text = await port.readFile(resultPath(match), at.commit);
    const result = text === null ? null : readResult(text);
    if (result?.track !== match.track) continue;
    const own = result.pull === at.pull && result.blob === at.blob;
    if (own || answersFor(result, at)) return result;
  }
  return null;
}

/** What was withdrawn before its verdict, or is to be measured again, answers nothing for others. */
function answersFor(result: ExperimentResult, at: Sought): boolean {
  if (UNANSWERED.has(result.reason.code)) return false;
  if (result.blob === at.blob) return true;
  if (result.content === null || !at.contents.includes(result.content)) return false;
  // An old digest may be shared by a file that Python refused and its fix.
  return isPresentContent(result.content) || result.verdict !== 'crashed';
}
const UNANSWERED = new Set(['withdrawn', 'reconsidered']);

/** One that cannot be read answers nothing: the experiment is measured again. */
function readResult(text: string): ExperimentResult | null {
  const parsed = parseResult(text);
  return parsed.kind === 'record' ? parsed.result : null;
}
