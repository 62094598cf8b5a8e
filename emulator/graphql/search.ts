import { searchIssues } from '../world/issues/search.ts';
import { RefusedError } from '../world/refused.ts';
import { connection } from './connection.ts';
import type { Args, Source, View } from './view.ts';

/** `Query.search` for issues and pull requests. */
export function search(view: View, args: Args): Source {
  if (args.type !== 'ISSUE')
    throw new RefusedError(422, `The emulator does not play searches of type ${args.type}, only ISSUE.`);
  const found = searchIssues(view.world, view.actor, String(args.query));
  return connection('search', found, args, (issue) => view.issue(issue), { issueCount: found.length });
}
