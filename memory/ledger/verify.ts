import { derivedFiles, derives, needed } from '../../core/credits/verify/derived.ts';
import { WATCHED, walk } from '../../core/credits/verify/history.ts';
import {
  type ChangedText,
  type Finding,
  nothingWalked,
  type Walked,
} from '../../core/credits/verify/walked.ts';
import { LEADERBOARD_PATH } from '../../core/formats/leaderboard.ts';
import { LEDGER_PATH, type Posting } from '../../core/formats/ledger.ts';
import { fileAt, needHistory } from '../clone/git.ts';
import { BlobReader, fetchVersions, readBlobs } from '../index/blobs.ts';
import { type CommitFiles, commitsOf } from './commits.ts';
import { keep, kept } from './kept.ts';
import { isOnMain } from './main-line.ts';

/** The ledger of main made again from main's history, in the memory of a few commits at a time. */

export interface Verified {
  walked: Walked;
  findings: Finding[];
  /** The commit up to which it was found to follow before; null where all of it was read. */
  since: string | null;
}

interface Options {
  /** All findings, not the first alone. */
  all?: boolean;
  /** The file that keeps how far it was verified; null: everything is read again, and nothing is kept. */
  path: string | null;
  progress?: (commits: number) => void;
}

/** @param commit of main; its whole history must be there, and what a partial clone left out is fetched */
export async function verifyLedger(
  folder: string,
  commit: string,
  { all = false, path, progress = () => {} }: Options,
): Promise<Verified> {
  await needHistory(folder, 'the ledger is made again');
  const before = path === null ? null : await kept(path, (oid) => isOnMain(folder, oid, commit));
  const walked = before?.walked ?? nothingWalked();
  const since = before?.commit ?? null;
  await fetchVersions(folder, since, commit, WATCHED);
  const findings: Finding[] = [];
  for await (const found of findingsOf(folder, commitsOf(folder, commit, since, WATCHED), walked, progress)) {
    findings.push(found);
    if (!all) break;
  }
  if (path !== null && findings.length === 0 && since !== commit) await keep(path, { commit, walked });
  return { walked, findings, since };
}

/** Blobs of so many commits are asked for at once: each time git is waited for. */
const AT_ONCE = 2500;

/** All of what the commits do to it. @param posted is told what each commit posts */
export async function* findingsOf(
  folder: string,
  commits: AsyncIterable<CommitFiles>,
  walked: Walked,
  progress: (commits: number) => void,
  posted?: (at: string, postings: Posting[]) => void,
): AsyncGenerator<Finding> {
  const all = inChunks(commits);
  let next = all.next();
  try {
    for (let chunk = await next; !chunk.done; chunk = await next) {
      next = all.next(); // git goes on while these are judged
      next.catch(() => {}); // told when it is waited for
      yield* walkedOver(folder, chunk.value, walked, posted);
      progress(walked.commits);
    }
  } finally {
    await all.return(undefined);
  }
}

async function* inChunks(commits: AsyncIterable<CommitFiles>): AsyncGenerator<CommitFiles[], void> {
  let some: CommitFiles[] = [];
  for await (const commit of commits) {
    some.push(commit);
    if (some.length < AT_ONCE) continue;
    yield some;
    some = [];
  }
  yield some;
}

async function* walkedOver(
  folder: string,
  commits: CommitFiles[],
  walked: Walked,
  posted: (at: string, postings: Posting[]) => void = () => {},
): AsyncGenerator<Finding> {
  const read = commits.map(({ files }) => readOf(files, walked.begun !== null));
  const wanted = read.flatMap((files) => files.flatMap(({ from, to }) => [from, to]));
  const blobs = readBlobs(
    folder,
    wanted.filter((oid) => oid !== null),
  );
  const next = async (oid: string | null) => {
    if (oid === null) return null;
    const { value } = await blobs.next();
    return value ? value.toString('utf8') : '';
  };
  using later = new BlobReader(folder);
  try {
    for (const [i, { oid, parent, at }] of commits.entries()) {
      const files: ChangedText[] = [];
      for (const { path, from, to, isNew, isOdd, unread } of read[i]!)
        files.push({
          ...{ path, isOdd, before: isNew ? null : ((await next(from)) ?? ''), after: await next(to) },
          ...(unread && { unread: { blob: unread, read: () => later.text(unread) } }),
        });
      const others = new Map<string, string | null>();
      for (const path of needed(files)) others.set(path, await fileAt(folder, oid, path));
      const derived = derivedFiles({ files, parent: parent ?? '', others });
      yield* await walk(walked, { oid, at, files, derived }, (postings) => posted(at, postings));
    }
  } finally {
    await blobs.return(undefined);
  }
}

type Read = CommitFiles['files'][number] & { isNew: boolean; unread: string | null };

/** Which versions are read at once: no ledger after the first, which is mostly known, and the leaderboard where something follows from it. */
function readOf(files: CommitFiles['files'], hasBegun: boolean): Read[] {
  const withBoard = derives(files.map(({ path }) => path));
  return files
    .filter(({ path }) => path !== LEADERBOARD_PATH || withBoard)
    .map((file) => {
      const isLater = file.path === LEDGER_PATH && hasBegun;
      return {
        ...file,
        isNew: file.from === null,
        from: isLater ? null : file.from,
        to: isLater ? null : file.to,
        unread: isLater ? file.to : null,
      };
    });
}
