import type { Estimate } from './estimate.ts';

/** Main and what was adopted since: values that the bot keeps, and how each event changes them. Adopting and refuting leave main as it is. */

/** An adopted change on the way from main to the head. */
export interface Link {
  /** The measured blob. */
  file: string;
  pull: number;
  author: string;
  /** What it was expected to gain over the link before when it was adopted, bits per byte. */
  gain: number;
  estimate: Estimate;
  /** Its certification has ended without a decision: it waits for another link. */
  tried: boolean;
}

export interface Frontier {
  main: { file: string; estimate: Estimate };
  /** From main's child to the head. */
  chain: readonly Link[];
}

/** What agents build on by default. */
export function headOf({ main, chain }: Frontier): { file: string; estimate: Estimate } {
  return chain.at(-1) ?? main;
}

export function adopt(frontier: Frontier, link: Link): Frontier {
  return { ...frontier, chain: [...frontier.chain, link] };
}

/** What is known of a file now, wherever on the chain it is. */
export function know(
  frontier: Frontier,
  file: string,
  change: Partial<Pick<Link, 'estimate' | 'tried'>>,
): Frontier {
  const { main, chain } = frontier;
  return {
    main: main.file === file && change.estimate ? { ...main, estimate: change.estimate } : main,
    chain: chain.map((link) => (link.file === file ? { ...link, ...change } : link)),
  };
}

/** Main moves to a link that was certified; what was adopted on it meanwhile stays. */
export function certified(frontier: Frontier, file: string): { frontier: Frontier; merged: readonly Link[] } {
  const at = frontier.chain.findIndex((link) => link.file === file);
  if (at < 0) return { frontier, merged: [] };
  const { estimate } = frontier.chain[at]!;
  return {
    frontier: { main: { file, estimate }, chain: frontier.chain.slice(at + 1) },
    merged: frontier.chain.slice(0, at + 1),
  };
}

/** Back to main: a refuted link, what it was built on and what was built on it. */
export function refuted(frontier: Frontier, file: string): { frontier: Frontier; dropped: readonly Link[] } {
  if (!frontier.chain.some((link) => link.file === file)) return { frontier, dropped: [] };
  return { frontier: { ...frontier, chain: [] }, dropped: frontier.chain };
}
