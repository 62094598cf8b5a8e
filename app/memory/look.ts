import type { Port, ProposalReading } from '../github/port.ts';
import type { Earlier, FindSimilar, SimilarPlace, SimilarQuestion } from '../intake/similar.ts';
import type { Similar, SimilarOpen, SimilarResult } from '../model/snapshot.ts';

/** Looks for what is much like a pull request, and asks about each thing once. */

/** Asks the memory: about records, and about these open pull requests. */
export type Ask = (
  place: SimilarPlace,
  question: Omit<SimilarQuestion, 'earlier'>,
  open: ProposalReading[],
) => Promise<{ results: SimilarResult[]; open: SimilarOpen[] }>;

/** What is known about one file with its hypothesis. */
interface Known {
  results: SimilarResult[];
  /** Open pull requests it was compared with; null for those that are not alike. */
  compared: Map<string, SimilarOpen | null>;
}

const REMEMBERED = 2000;

/** Without an answer the pull request is measured in its turn: this only warns. */
export function lookWith(
  port: Pick<Port, 'readProposals'>,
  ask: Ask,
  failed: (error: unknown) => void,
): FindSimilar {
  const answers = new Map<string, Known>();

  async function look(place: SimilarPlace, question: SimilarQuestion): Promise<Similar[]> {
    const { earlier, ...mine } = question;
    const name = [mine.blob, mine.track, mine.hypothesis].join('\n');
    const known = answers.get(name);
    const unknown = earlier.filter((one) => !known?.compared.has(keyOf(one)));
    const now = new Set(earlier.map(keyOf));
    // One that was similar and is no longer open may have a result by now.
    const decided = [...(known?.compared ?? [])].some(([key, found]) => found !== null && !now.has(key));
    if (known && unknown.length === 0 && !decided) return similarOf(known, now);

    const proposals = unknown.length > 0 ? await port.readProposals(unknown.map((one) => one.pull)) : [];
    const { results, open } = await ask(place, mine, proposals);
    const compared = new Map([...(known?.compared ?? [])].filter(([key]) => now.has(key)));
    for (const one of unknown)
      compared.set(keyOf(one), open.find((found) => found.pull === one.pull) ?? null);
    if (answers.size >= REMEMBERED) answers.clear();
    answers.set(name, { results, compared });
    return similarOf({ results, compared }, now);
  }

  return async (place, question) => {
    try {
      return await look(place, question);
    } catch (error) {
      failed(error);
      return [];
    }
  };
}

function keyOf({ pull, blob, editedAt }: Earlier): string {
  return `${pull} ${blob} ${editedAt}`;
}

/** What is on record already is not shown as open once more. */
function similarOf({ results, compared }: Known, now: Set<string>): Similar[] {
  const recorded = new Set(results.map((one) => one.pull));
  const open = [...compared].flatMap(([key, found]) =>
    found !== null && now.has(key) && !recorded.has(found.pull) ? [found] : [],
  );
  return [...results, ...open.sort((a, b) => b.alike - a.alike)];
}
