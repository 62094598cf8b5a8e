import type { Issue, IssueEvent, Repository, RepositoryEvent, WorldEvent } from './model.ts';

/** What happened to each issue and repository, as in their lists of events. */

/** What the world lends to the writer of its history. */
interface Scribe {
  listen(listener: (event: WorldEvent) => Promise<void>): void;
  id(): number;
  time(): string;
}

const KEPT = 300;
const NAMES: { [action: string]: string } = { converted_to_draft: 'convert_to_draft' };
const RECORDED = [
  'labeled',
  'unlabeled',
  'closed',
  'reopened',
  'assigned',
  'unassigned',
  'ready_for_review',
  'converted_to_draft',
];

/** Starts to record; called once, when the world begins. */
export function keepHistory(world: Scribe): void {
  world.listen(async (event) => {
    if (!('repository' in event)) return;
    const { activity } = event.repository;
    activity.push({ id: world.id(), event, createdAt: world.time() });
    if (activity.length > KEPT) activity.shift();
    if (event.event === 'issues' || event.event === 'pull_request') record(world, event);
  });
}

function record(
  world: Scribe,
  happened: Extract<RepositoryEvent, { event: 'issues' | 'pull_request' }>,
): void {
  const { action, issue, label, assignee, sender, changes } = happened;
  const add = (event: string, more: Partial<IssueEvent> = {}) =>
    issue.events.push({ id: world.id(), issue, event, actor: sender, createdAt: world.time(), ...more });
  if (action === 'edited' && changes && 'title' in changes) {
    const { from } = changes.title as { from: string };
    add('renamed', { rename: { from, to: issue.title } });
  }
  if (!RECORDED.includes(action)) return;
  const merged = action === 'closed' ? (issue.pull?.mergeCommitSha ?? null) : null;
  if (merged) add('merged', { commitId: merged });
  add(NAMES[action] ?? action, { ...(label && { label }), ...(assignee && { assignee }) });
}

export function eventsOf(repository: Repository): IssueEvent[] {
  const all = [...repository.issues.values()].flatMap((issue: Issue) => issue.events);
  return all.sort((a, b) => b.id - a.id);
}
