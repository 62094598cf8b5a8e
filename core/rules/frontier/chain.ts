import type { Estimate } from './estimate.ts';
import type { Candidacy } from './judge.ts';

/** Main and what was adopted since: values that the bot keeps, and how each event changes them. Adopting and refuting leave main as it is. */

/** An adopted change on the way from main to the head. */
export interface Link {
  /** The measured blob. */
  file: string;
  pull: number;
  author: string;
  /** What it was expected to gain over its base when it was adopted, bits per byte. */
  gain: number;
  estimate: Estimate;
  /** Its certification has ended without a decision: it waits for another link. */
  tried: boolean;
}

/**
 * A composed file under way, or one that was dropped and that later ones stand on. They are decided in the order they were made: a
 * result that comes early waits for those before it.
 */
export interface Composition {
  file: string;
  /** What the change was put onto. */
  onto: string;
  estimate: Estimate;
  dropped: boolean;
}

export interface Frontier {
  main: { file: string; estimate: Estimate };
  /** From main's child to the head. */
  chain: readonly Link[];
  compositions: readonly Composition[];
}

/** What agents build on by default. */
export function headOf({ main, chain }: Frontier): { file: string; estimate: Estimate } {
  return chain.at(-1) ?? main;
}

/** What the next change is put onto: the newest composition under way, as in a merge queue, else the head. */
export function tipOf(frontier: Frontier): { file: string; estimate: Estimate } {
  return frontier.compositions.findLast(({ dropped }) => !dropped) ?? headOf(frontier);
}

export function compose(frontier: Frontier, file: string, estimate: Estimate): Frontier {
  const made = { file, onto: tipOf(frontier).file, estimate, dropped: false };
  return { ...frontier, compositions: [...frontier.compositions, made] };
}

/** How a candidate's base stands to the frontier of now. While a composition is under way the head is about to move. */
export function standingOf(frontier: Frontier, base: string): Candidacy['standing'] {
  const moving = frontier.compositions.some(({ dropped }) => !dropped);
  return { at: !moving && base === headOf(frontier).file ? 'head' : 'behind' };
}

/** The same of the file that a composition was put onto. What stands on a refuted link is behind. */
export function standingOfComposition(frontier: Frontier, onto: string): Candidacy['standing'] {
  const head = headOf(frontier);
  if (onto === head.file) return { at: 'head' };
  for (let below = onto; ; ) {
    const made = frontier.compositions.find(({ file }) => file === below);
    if (made === undefined) return { at: 'behind' };
    if (made.onto === head.file) return { at: 'beyond', head: head.estimate };
    below = made.onto;
  }
}

/** The next link; where it is a composition, it is no longer under way. */
export function adopt(frontier: Frontier, link: Link): Frontier {
  const compositions = frontier.compositions.filter(({ file }) => file !== link.file);
  return tidied({ ...frontier, chain: [...frontier.chain, link], compositions });
}

/** A composition that was not adopted. */
export function drop(frontier: Frontier, file: string): Frontier {
  const compositions = frontier.compositions.map((one) =>
    one.file === file ? { ...one, dropped: true } : one,
  );
  return tidied({ ...frontier, compositions });
}

/** What is known of a file now, wherever it is. */
export function know(
  frontier: Frontier,
  file: string,
  change: Partial<Pick<Link, 'estimate' | 'tried'>>,
): Frontier {
  const { main, chain, compositions } = frontier;
  const { estimate } = change;
  return {
    main: main.file === file && estimate ? { ...main, estimate } : main,
    chain: chain.map((link) => (link.file === file ? { ...link, ...change } : link)),
    compositions: compositions.map((one) => (one.file === file && estimate ? { ...one, estimate } : one)),
  };
}

/** Main moves to a link that was certified; what was adopted on it meanwhile stays. */
export function certified(frontier: Frontier, file: string): { frontier: Frontier; merged: readonly Link[] } {
  const at = frontier.chain.findIndex((link) => link.file === file);
  if (at < 0) return { frontier, merged: [] };
  const { estimate } = frontier.chain[at]!;
  return {
    frontier: { ...frontier, main: { file, estimate }, chain: frontier.chain.slice(at + 1) },
    merged: frontier.chain.slice(0, at + 1),
  };
}

/** Back to main: a refuted link, what it was built on and what was built on it. A composition that is still measured is judged as behind. */
export function refuted(frontier: Frontier, file: string): { frontier: Frontier; dropped: readonly Link[] } {
  if (!frontier.chain.some((link) => link.file === file)) return { frontier, dropped: [] };
  return { frontier: { ...frontier, chain: [], compositions: [] }, dropped: frontier.chain };
}

/** Without the dropped compositions that nothing under way stands on. */
function tidied(frontier: Frontier): Frontier {
  const { compositions } = frontier;
  const needed = new Set<string>();
  for (const one of compositions.toReversed())
    if (!one.dropped || needed.has(one.file)) needed.add(one.file).add(one.onto);
  return { ...frontier, compositions: compositions.filter(({ file }) => needed.has(file)) };
}
