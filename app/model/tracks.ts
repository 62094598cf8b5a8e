import type { PullState } from './snapshot.ts';

type Asking = Pick<PullState, 'description' | 'reply' | 'heads'>;

/**
 * The tracks a request asks for, in order: those its description names, or the primary one, then those added by `/track`.
 * While the description cannot be read the request stays where it was.
 */
export function tracksAsked({ description, reply, heads }: Asking, primary: string): string[] {
  const present = heads[0]?.overall?.key.track ?? '-';
  const named = description.ok ? description.value.tracks : present === '-' ? [] : [present];
  return [...new Set([...(named.length > 0 ? named : [primary]), ...reply.tracks])];
}
