import { clean } from '../../../core/text/harmless/github.ts';
import type { PullState } from '../../model/snapshot.ts';
import type { Words } from '../../model/state.ts';

/** The author's words about the present file, without characters that deceive. They are kept with the order: a push may change them. */
export function wordsOf({ title, description }: Pick<PullState, 'title' | 'description'>): Words {
  const said = description.ok ? description.value : null;
  const text = (value: string | null, limit: number) => (value === null ? null : clean(value, limit));
  return {
    untrusted: true,
    title: clean(title, 300),
    hypothesis: text(said?.hypothesis ?? null, 4000) ?? '',
    change: text(said?.change ?? null, 1000),
    expect: said?.expect ?? null,
    buildsOn: said?.buildsOn ?? [],
    agent: text(said?.agent ?? null, 40),
  };
}
