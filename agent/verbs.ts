import { best } from './commands/best.ts';
import { check } from './commands/check.ts';
import { diff } from './commands/diff.ts';
import { history } from './commands/history.ts';
import { lineage } from './commands/lineage.ts';
import { search } from './commands/search.ts';
import { show } from './commands/show.ts';
import { status } from './commands/status.ts';
import type { Verb } from './verb.ts';

/** All an agent can do, in the order it would. */
export const VERBS: Verb[] = [status, best, history, show, search, lineage, diff, check];
