import { best } from './commands/best.ts';
import { check } from './commands/check.ts';
import { claim } from './commands/claim.ts';
import { diff } from './commands/diff.ts';
import { digest } from './commands/digest.ts';
import { history } from './commands/history.ts';
import { idea } from './commands/idea.ts';
import { ideas } from './commands/ideas.ts';
import { insight } from './commands/insight.ts';
import { join } from './commands/join.ts';
import { lineage } from './commands/lineage.ts';
import { publish } from './commands/publish.ts';
import { search } from './commands/search.ts';
import { show } from './commands/show.ts';
import { similar } from './commands/similar.ts';
import { status } from './commands/status.ts';
import { submit } from './commands/submit.ts';
import { tryOut } from './commands/try.ts';
import { watch } from './commands/watch.ts';
import type { Verb } from './verb.ts';

/** All an agent can do, in the order it would. */
export const VERBS: Verb[] = [
  join,
  status,
  best,
  digest,
  history,
  show,
  search,
  lineage,
  diff,
  claim,
  check,
  similar,
  tryOut,
  submit,
  watch,
  insight,
  publish,
  idea,
  ideas,
];
