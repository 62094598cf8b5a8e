import type { QueueReading } from '../github/port.ts';
import type { HeadState, QueueEntry, Similar, Snapshot, World } from '../model/snapshot.ts';

/** When the bot looks for what is much like a pull request, and among what. */

export interface SimilarPlace {
  url: string;
  branch: string;
}

export interface SimilarQuestion {
  blob: string;
  text: string;
  hypothesis: string;
  track: string | null;
  /** Earlier pull requests that are not decided. */
  earlier: Earlier[];
}

/** An open pull request, by what changes when its file or its description does. */
export interface Earlier {
  pull: number;
  blob: string;
  editedAt: string | null;
}

/** None when it is unknown. */
export type FindSimilar = (place: SimilarPlace, question: SimilarQuestion) => Promise<Similar[]>;

type Asking = Pick<Snapshot['pull'], 'number' | 'state' | 'draft' | 'description' | 'file'> & {
  heads: HeadState[];
};

/** What the search needs of the snapshot so far. */
interface Sight {
  world: World;
  queue: QueueReading[];
  results: Snapshot['results'];
  /** Whether anything is on record at all. */
  recorded: boolean;
}

/**
 * A search takes a second or so. It is due before a dispatch while others wait or run; a pull request that is alone has nobody
 * to wait behind, is sent at first sight, and is compared while its run is under way or has ended, so that its author learns of it.
 */
export async function similarTo(find: FindSimilar, asking: Asking, sight: Sight): Promise<Similar[]> {
  const { number, state, draft, description, file, heads } = asking;
  const { repository, main, queue } = sight.world;
  if (state !== 'open' || draft || !description.ok || description.value.differs !== null) return [];
  if (!file?.text || file.size > LARGEST_FILE || file.oid === main.train?.oid) return [];
  const others = queue.filter((other) => other.pull !== number && !other.draft);
  const begun = heads.some((head) => head.blob === file.oid && hasWaitedOrRun(head));
  const own = sight.results.find(({ result }) => result.pull === number && result.blob === file.oid)?.result;
  if (!begun && !own && !others.some(isUnderway)) return [];
  const undecided = new Set(others.filter(isUndecided).map((other) => other.pull));
  const earlier = sight.queue
    .flatMap((other) => (other.pull < number && undecided.has(other.pull) ? earlierOf(other) : []))
    .slice(-MOST);
  if (!sight.recorded && earlier.length === 0) return [];
  const { hypothesis, tracks } = description.value;
  const track = tracks[0] ?? null;
  const place = { url: repository.url, branch: main.branch };
  const found = await find(place, { blob: file.oid, text: file.text, hypothesis, track, earlier });
  // What a verdict says of the past stays as it was that day.
  const before = (one: Similar) => one.kind === 'open' || !own || one.decidedAt < own.decidedAt;
  return found.filter((one) => one.pull !== number && (one.pull < number || before(one)));
}

/** Earlier pull requests that are compared, and bytes of a file that may be measured. */
const MOST = 100;
const LARGEST_FILE = 64 * 1024;

function earlierOf({ pull, editedAt, commit }: QueueReading): Earlier[] {
  const file = commit?.file;
  return file && file.size <= LARGEST_FILE ? [{ pull, blob: file.oid, editedAt }] : [];
}

function hasWaitedOrRun({ overall, runs }: HeadState): boolean {
  return runs.length > 0 || (overall !== null && !['refused', 'stopped'].includes(overall.key.state));
}

/** Seen or not yet seen, and not answered. */
function isUnderway({ overall }: QueueEntry): boolean {
  return overall === null || ['queued', 'later', 'measuring'].includes(overall.state);
}

/** May still be measured: not refused, and not on record. */
function isUndecided({ overall }: QueueEntry): boolean {
  return (
    overall === null || !['refused', 'stopped', 'verdict', 'borrowing', 'borrowed'].includes(overall.state)
  );
}
