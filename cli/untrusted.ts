/**
 * Words of strangers in answers for programs: in every object they lie under `authorText`, marked `untrusted`, so that an agent
 * can tell them from what Descent says. Verbs answer plain values; whoever writes JSON marks them here.
 */

/** Keys whose text somebody else may have written: authors, owners of machines, other agents. */
const WORDS = new Set([
  ...['title', 'hypothesis', 'change', 'agent', 'exception', 'diff', 'body', 'comment', 'progress'],
  ...['device', 'driver', 'torch'],
]);

/** The same value, strangers' words moved to where they are marked. */
export function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if ('untrusted' in value && value.untrusted === true) return value;
  const isWords = ([key, one]: [string, unknown]) => WORDS.has(key) && typeof one === 'string';
  const words = entries.filter(isWords);
  const kept = 'authorText' in value ? (value.authorText as object) : { untrusted: true };
  const rest = entries.filter((entry) => !isWords(entry)).map(([key, one]) => [key, marked(one)]);
  if (words.length === 0) return Object.fromEntries(rest);
  return { ...Object.fromEntries(rest), authorText: { ...kept, ...Object.fromEntries(words) } };
}
