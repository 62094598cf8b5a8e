import type { Actor, Issue } from '../model.ts';
import { sees } from '../permissions.ts';
import { RefusedError } from '../refused.ts';
import { fullName, isPull, type World } from '../world.ts';

/** GitHub's search for issues and pull requests: words and qualifiers. A qualifier that is not played is refused by its name. */

type Test = (issue: Issue) => boolean;

const TERM = /(-?)([a-z][a-z-]*):("[^"]*"|\S+)|"([^"]*)"|(\S+)/gi;
const STATES: { [name: string]: Test } = {
  open: (i) => i.state === 'open',
  closed: (i) => i.state === 'closed',
  merged: (i) => Boolean(i.pull?.mergedAt),
  unmerged: (i) => isPull(i) && !i.pull.mergedAt,
  draft: (i) => i.pull?.draft === true,
  pr: isPull,
  'pull-request': isPull,
  issue: (i) => !isPull(i),
  public: (i) => !i.repository.private,
};

export function searchIssues(world: World, actor: Actor, query: string): Issue[] {
  const login = (value: string) =>
    (value === '@me' && actor.kind === 'user' ? actor.user.login : value).toLowerCase();
  const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
  const spoke = (i: Issue, who: string) => i.comments.some((c) => same(c.user.login, who));
  const qualifiers: { [name: string]: (value: string) => Test } = {
    repo: (value) => (i) => same(fullName(i.repository), value),
    user: (value) => (i) => same(i.repository.owner.login, login(value)),
    is: (value) => named(STATES, value, 'is'),
    type: (value) => named(STATES, value, 'type'),
    state: (value) => named(STATES, value, 'state'),
    draft: (value) => (i) => isPull(i) && String(i.pull.draft) === value,
    author: (value) => (i) => same(i.user.login, login(value)),
    commenter: (value) => (i) => spoke(i, login(value)),
    assignee: (value) => (i) => i.assignees.some((user) => same(user.login, login(value))),
    involves: (value) => (i) => same(i.user.login, login(value)) || spoke(i, login(value)),
    label: (value) => (i) => i.labels.some((label) => same(label.name, value)),
    head: (value) => (i) => same(i.pull?.headRef, value),
    base: (value) => (i) => same(i.pull?.baseRef, value),
    // There are no review requests here, and only title, body and comments are searched.
    'review-requested': () => () => false,
    'reviewed-by': () => () => false,
    mentions: (value) => (i) => textOf(i).includes(`@${login(value)}`),
    in: () => () => true,
    sort: () => () => true,
  };
  const alternatives = new Map<string, Test[]>();
  const tests: Test[] = [];
  for (const [, minus, name, value, quoted, word] of query.matchAll(TERM)) {
    if (name === undefined) {
      const wanted = (quoted ?? word ?? '').toLowerCase();
      tests.push((i) => textOf(i).includes(wanted));
      continue;
    }
    const key = name.toLowerCase();
    const test = named(qualifiers, key, 'qualifier')(value!.replace(/^"|"$/g, ''));
    if (minus === '-') tests.push((i) => !test(i));
    else if (key === 'repo' || key === 'user')
      alternatives.set('where', [...(alternatives.get('where') ?? []), test]);
    else tests.push(test);
  }
  for (const some of alternatives.values()) tests.push((i) => some.some((test) => test(i)));
  const seen = [...world.repositories.values()].filter((one) => sees(actor, one));
  const all = seen.flatMap((repository) => [...repository.issues.values()]);
  return all.filter((issue) => tests.every((test) => test(issue))).reverse();
}

function named<T>(known: { [name: string]: T }, name: string, what: string): T {
  if (Object.hasOwn(known, name)) return known[name]!;
  throw new RefusedError(
    422,
    `The emulator does not play the search's ${what} "${name}"; add it in emulator/world/issues/search.ts.`,
  );
}

function textOf(issue: Issue): string {
  return [issue.title, issue.body ?? '', ...issue.comments.map((c) => c.body)].join('\n').toLowerCase();
}
