import { afterEach, describe, expect, it } from 'vitest';
import { type Between, startBehindProxy } from '../../testing/bot/proxy.ts';
import { GOOD_BODY, Stage } from '../../testing/bot/stage.ts';

/** GitHub has null in place of what it cannot show, with an error beside it or without: one hidden thing hides no other. */

let stage: Stage;
let proxy: Between;
afterEach(async () => {
  await stage.close();
  proxy.close();
});

async function began(): Promise<void> {
  stage = await Stage.open();
  proxy = await startBehindProxy(stage);
}
const isBeingMeasured = async (number: number) =>
  (await stage.check((await stage.view(number)).head))?.status === 'in_progress';
// biome-ignore lint/suspicious/noExplicitAny: an answer of GitHub's, of any query
type Answer = any;

/** Null where `path` leads, wherever an answer has it. */
function hide(path: (string | number)[], reported: boolean): { times: number } {
  const seen = { times: 0 };
  proxy.change = (_, json: Answer) => {
    let at = json.data;
    for (const key of path.slice(0, -1)) at = at?.[key];
    if (at?.[path.at(-1)!] === undefined) return;
    seen.times += 1;
    at[path.at(-1)!] = null;
    if (reported)
      json.errors = [{ type: 'FORBIDDEN', path, message: 'Resource not accessible by integration' }];
  };
  return seen;
}

const HOW = [
  ['without a word', false],
  ['with an error beside the data', true],
] as const;

describe.each(HOW)('%s', (_, reported) => {
  it('the head is missing in its own list of commits: it is asked for by name, and measured', async () => {
    await began();
    const seen = hide(['repository', 'pull', 'commits', 'nodes', 0], reported);
    expect(await isBeingMeasured(await stage.open('nova', 'print("one")\n'))).toBe(true);
    expect(seen.times).toBeGreaterThan(0);
  }, 60_000);

  it('the text of the head is missing: it is read by the name of its blob', async () => {
    await began();
    hide(['repository', 'pull', 'head', 'nodes', 0], reported);
    const number = await stage.open('nova', 'print("one")\n');
    expect(await isBeingMeasured(number)).toBe(true);
    expect((await stage.take())?.job.pull).toBe(number);
  }, 60_000);

  it.each([
    ['labels', ['repository', 'pull', 'labels', 'nodes', 0]],
    ['the first commit', ['repository', 'pull', 'first', 'nodes', 0]],
    ['the commits of another in the queue', ['repository', 'queue', 'nodes', 0, 'commits', 'nodes', 0]],
  ])(
    '%s: the pull request is measured',
    async (_what, path) => {
      await began();
      await stage.open('vega', 'print("other")\n');
      hide(path, reported);
      expect(await isBeingMeasured(await stage.open('nova', 'import os\nprint(os.name)\n'))).toBe(true);
    },
    60_000,
  );

  it('an earlier pull request in a list of proposals: the later one is compared with the others', async () => {
    await began();
    await stage.open('vega', 'print("other")\n');
    await stage.open('orion', 'import os\nprint(os.name)\n', { body: '## Hypothesis\nan idea of its own\n' });
    const seen = hide(['repository', 'p0'], reported);
    const twin = await stage.open('nova', 'import os\nprint(os.name, 1)\n', {
      body: '## Hypothesis\nan idea of its own\n',
    });
    expect(seen.times).toBeGreaterThan(0);
    expect(await stage.links(twin)).not.toEqual([]);
  }, 60_000);

  it("the history of main's file: no run of the incumbent is dispatched twice, and pull requests go on", async () => {
    await began();
    hide(['repository', 'carrier', 'target', 'history', 'nodes', 0], reported);
    await stage.bot!.descent.sweep(null);
    expect(await stage.take()).toBeNull();
    expect(await isBeingMeasured(await stage.open('nova', 'print("one")\n'))).toBe(true);
  }, 60_000);
});

it('a head that GitHub shows nowhere stops its pull request alone, without an accusation', async () => {
  await began();
  proxy.change = (_, json: Answer) => {
    const repository = json.data?.repository;
    if (repository?.pull?.title !== 'Hidden') return;
    repository.pull.commits.nodes = [null];
    if (repository.head0) repository.head0 = null;
  };
  const hidden = await stage.open('vega', 'print("other")\n', { title: 'Hidden', body: GOOD_BODY });
  const shown = await stage.open('nova', 'import os\nprint(os.name)\n');
  expect(await isBeingMeasured(shown)).toBe(true);
  expect((await stage.view(hidden)).comments).toEqual([]);
  proxy.change = () => undefined;
  await stage.bot!.descent.sweep(null);
  expect(await isBeingMeasured(hidden)).toBe(true);
}, 60_000);
