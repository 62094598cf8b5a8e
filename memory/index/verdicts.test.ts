import { execa } from 'execa';
import { expect, test } from 'vitest';
import { appended, type EventsFile, eventsNumber } from '../../core/formats/events.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { eventsBetween } from '../../core/rules/events.ts';
import { leaderboard, record, stage } from '../../testing/clone/clone.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';
import { findRepository, storePath } from '../clone/repository.ts';
import { openStore } from './store.ts';
import { updateVerdicts } from './verdicts.ts';

/** Writes results with the events that tell them, as the bot does. */
class Bot {
  #newest: EventsFile | null = null;

  async writes(clone: string, results: ExperimentResult[]): Promise<void> {
    const board = leaderboard();
    const events = eventsBetween(
      { before: board, after: board },
      results.map((now) => ({ now, before: null })),
    );
    const files: Record<string, string> = {};
    for (const { path, content } of appended(this.#newest, events)) {
      files[path] = content;
      this.#newest = { number: eventsNumber(path.split('/').at(-1)!)!, text: content };
    }
    await writeHistory(clone, { results, files });
  }
}

async function statusOf(user: Awaited<ReturnType<typeof stage>>['user']) {
  const { value } = await user.json('status', '--login', 'ada');
  const { experiments, mine, news } = value;
  return {
    experiments,
    mine: [
      mine.total,
      mine.experiments.map((one: { authorText: { title: string } }) => one.authorText.title),
    ],
    news: news.count,
  };
}

test('status says from the events what it says from the results', async () => {
  const results = [record(1), record(2, { title: 'Second', decidedAt: '2026-11-20T00:00:00Z' })];
  const told = await stage([]);
  const bot = new Bot();
  await bot.writes(told.clone, results);
  const read = await stage(results);
  const said = await told.user.json('status', '--login', 'ada');
  const again = await read.user.json('status', '--login', 'ada');
  expect(said.value).toEqual({ ...again.value, commit: said.value.commit });
  expect(said.value.experiments).toBe(2);
  await bot.writes(told.clone, [record(3, { decidedAt: '2026-11-21T00:00:00Z' })]);
  expect(await statusOf(told.user)).toMatchObject({ experiments: 3, news: 1 });
  expect((await told.user.json('search', 'second')).value.hits).toHaveLength(1);
});

test('a verdict that was told again counts once, and the later one stands', async () => {
  const { clone, user } = await stage([]);
  const bot = new Bot();
  await bot.writes(clone, [record(1, { title: 'Before' })]);
  await bot.writes(clone, [record(1, { title: 'After' })]);
  expect(await statusOf(user)).toMatchObject({ experiments: 1, mine: [1, ['After']] });
});

test('results that no event tells are read, before and after such that are told', async () => {
  const { clone, user } = await stage([record(1)]);
  const bot = new Bot();
  await bot.writes(clone, [record(2)]);
  expect(await statusOf(user)).toMatchObject({ experiments: 2 });
  await writeHistory(clone, { results: [record(3)] });
  expect(await statusOf(user)).toMatchObject({ experiments: 3 });
});

test('what no event tells is read once: later verdicts come from the events alone', async () => {
  const { clone, user } = await stage([record(1)]);
  const bot = new Bot();
  await bot.writes(clone, [record(2)]);
  await writeHistory(clone, { results: [], files: { 'results/experiments/9/x.json': '{' } });
  expect(await statusOf(user)).toMatchObject({ experiments: 2 });
  await bot.writes(clone, [record(3), record(2, { title: 'Told again' })]);
  const repository = await findRepository(clone);
  const { folder, commit } = repository;
  const store = openStore(storePath(repository, user.env));
  try {
    expect(await updateVerdicts(store, folder, commit)).toBe(true);
    const titles = store.prepare('SELECT title FROM verdicts ORDER BY pull').all();
    expect(titles.map(({ title }) => title)).toEqual(['Experiment 1', 'Told again', 'Experiment 3']);
  } finally {
    store.close();
  }
  await writeHistory(clone, { results: [record(4)] });
  expect(await statusOf(user)).toMatchObject({ experiments: 4 });
});

test('a file of events that cannot be read costs nothing but time', async () => {
  const { clone, user } = await stage([]);
  await new Bot().writes(clone, [record(1)]);
  await writeHistory(clone, { results: [], files: { 'results/events/0.jsonl': '["result"]\n' } });
  expect(await statusOf(user)).toMatchObject({ experiments: 1 });
});

test('a rewritten history leaves none of the old verdicts behind', async () => {
  const { clone, user } = await stage([]);
  const start = (await execa('git', ['rev-parse', 'main'], { cwd: clone })).stdout;
  await new Bot().writes(clone, [record(1), record(2)]);
  expect(await statusOf(user)).toMatchObject({ experiments: 2 });
  await execa('git', ['update-ref', 'refs/heads/main', start], { cwd: clone });
  await new Bot().writes(clone, [record(3)]);
  await execa('git', ['reflog', 'expire', '--expire=now', '--all'], { cwd: clone });
  await execa('git', ['gc', '--prune=now', '--quiet'], { cwd: clone });
  expect(await statusOf(user)).toMatchObject({ experiments: 1 });
});
