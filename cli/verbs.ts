import type { Verb } from './verb.ts';

/** All that an agent can do, in the usual order. A verb is loaded when it is needed: loading is most of a short command's time. */
const VERBS: Record<string, () => Promise<Verb>> = {
  join: async () => (await import('./commands/join.ts')).join,
  status: async () => (await import('./commands/status.ts')).status,
  best: async () => (await import('./commands/best.ts')).best,
  digest: async () => (await import('./commands/digest.ts')).digest,
  ledger: async () => (await import('./commands/ledger.ts')).ledger,
  history: async () => (await import('./commands/history.ts')).history,
  show: async () => (await import('./commands/show.ts')).show,
  search: async () => (await import('./commands/search.ts')).search,
  lineage: async () => (await import('./commands/lineage.ts')).lineage,
  badges: async () => (await import('./commands/badges.ts')).badges,
  diff: async () => (await import('./commands/diff.ts')).diff,
  claim: async () => (await import('./commands/claim.ts')).claim,
  check: async () => (await import('./commands/check.ts')).check,
  similar: async () => (await import('./commands/similar.ts')).similar,
  try: async () => (await import('./commands/try.ts')).tryOut,
  rebase: async () => (await import('./commands/rebase.ts')).rebase,
  submit: async () => (await import('./commands/submit.ts')).submit,
  watch: async () => (await import('./commands/watch.ts')).watch,
  why: async () => (await import('./commands/why.ts')).why,
  cancel: async () => (await import('./commands/cancel.ts')).cancel,
  insight: async () => (await import('./commands/insight.ts')).insight,
  publish: async () => (await import('./commands/publish.ts')).publish,
  idea: async () => (await import('./commands/idea.ts')).idea,
  ideas: async () => (await import('./commands/ideas.ts')).ideas,
};

export function isVerb(name: string | undefined): boolean {
  return name !== undefined && Object.hasOwn(VERBS, name);
}

/** The verb of this name, or all verbs if there is none. */
export async function loadVerbs(name?: string): Promise<Verb[]> {
  const wanted = name !== undefined && isVerb(name) ? [VERBS[name]!] : Object.values(VERBS);
  return await Promise.all(wanted.map((load) => load()));
}
