import { userShape } from '../shapes/account.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { activityShape, issueEventShape } from '../shapes/event.ts';
import { commentShape } from '../shapes/issue.ts';
import { eventsOf } from '../world/history.ts';
import { pullRange } from '../world/issues/pulls.ts';
import type { Issue } from '../world/model.ts';
import { isPull, type World } from '../world/world.ts';
import { type Api, idOf, paged, repositoryOf } from './kit.ts';

/** Events and timelines. */
export function eventRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo';
  api.get(`${at}/events`, (c) => {
    const repository = repositoryOf(c, world);
    const all = repository.activity.map((one) => activityShape(world, repository, one));
    return c.json(paged(c, all.filter((one) => one !== null).reverse()));
  });
  api.get(`${at}/issues/events`, (c) => {
    const events = paged(c, eventsOf(repositoryOf(c, world)));
    return c.json(events.map((one) => issueEventShape(world, one)));
  });
  api.get(`${at}/issues/:number/events`, (c) => {
    const { events } = world.issue(repositoryOf(c, world), idOf(c, 'number'));
    return c.json(paged(c, events).map((one) => issueEventShape(world, one)));
  });
  api.get(`${at}/issues/:number/timeline`, async (c) => {
    const issue = world.issue(repositoryOf(c, world), idOf(c, 'number'));
    return c.json(paged(c, await timelineOf(world, issue)));
  });
}

async function timelineOf(world: World, issue: Issue): Promise<object[]> {
  const events = issue.events.map((one) => ({ at: one.createdAt, shape: issueEventShape(world, one) }));
  const comments = issue.comments.map((comment) => ({
    at: comment.createdAt,
    shape: { ...commentShape(world, comment), event: 'commented', actor: userShape(world, comment.user) },
  }));
  const commits = isPull(issue) ? await commitsOf(world, issue) : [];
  return [...commits, ...[...events, ...comments].sort((a, b) => a.at.localeCompare(b.at))].map(
    ({ shape }) => shape,
  );
}

async function commitsOf(world: World, issue: Issue & { pull: NonNullable<Issue['pull']> }) {
  const { git } = issue.repository;
  const { from, to } = await pullRange(issue);
  const commits = await Promise.all((await git.commitsBetween(from, to)).map((sha) => git.store.commit(sha)));
  return commits.map((commit) => ({
    at: commit!.committer.date,
    shape: { ...gitCommitShape(world, issue.repository, commit!), event: 'committed' },
  }));
}
