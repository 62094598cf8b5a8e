import { afterEach, expect, it } from 'vitest';
import { type Event, eventLine } from '../../core/formats/events.ts';
import { checked, events } from '../../testing/bot/events.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const kinds = (all: Event[]) => all.map(({ kind }) => kind);

/** Files that the latest commit on main changed. */
async function changed(): Promise<string[]> {
  const { data } = await stage.onlooker.repos.getCommit({ ...REPO, ref: await stage.main() });
  return data.files!.map(({ filename }) => filename);
}

it('each verdict adds its events in its own commit, after those that are there', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const begun = await events(stage);
  expect(begun).toMatchObject([
    { kind: 'record', pull: null, track: 'cpu', valBpb: 2 },
    { kind: 'machine', machine: 'ada.desk', owner: 'ada' },
  ]);
  const good = await stage.open('nova', 'print("better")\n', { title: 'Halve the <b>\u2028batch' });
  await stage.measure({ valBpb: 1.5 });
  expect(await changed()).toEqual(expect.arrayContaining(['results/events/0.jsonl', 'train/train.py']));
  const bad = await stage.open('vega', 'print("worse")\n', { title: 'Muon momentum 0.5' });
  await stage.measure({ valBpb: 2.5 });
  expect(await changed()).toContain('results/events/0.jsonl');
  const all = await events(stage);
  expect(all.slice(0, 2)).toEqual(begun);
  expect(all.slice(2)).toMatchObject([
    {
      ...{ kind: 'result', pull: good, verdict: 'improved', valBpb: 1.5, incumbent: 2, author: 'nova' },
      ...{
        title: 'Halve the <b>batch',
        runs: [['explore', 'ada', 'ada.desk', 'scored', 1.5, expect.any(Number)]],
      },
    },
    { kind: 'record', pull: good, valBpb: 1.5, author: 'nova' },
    { kind: 'result', pull: bad, verdict: 'regressed', valBpb: 2.5, incumbent: 1.5 },
  ]);
  expect(await checked(stage)).toEqual({ same: 5, difference: null });

  // A line that somebody changed is named.
  const forged = all.map(eventLine).map((line) => line.replace('1.5,"nova"', '1.1,"nova"'));
  await stage.commit({ 'results/events/0.jsonl': forged.map((line) => `${line}\n`).join('') });
  expect(await checked(stage)).toMatchObject({
    same: 3,
    difference: {
      at: 'results/events/0.jsonl:4',
      expected: expect.stringContaining('1.5,"nova"'),
      found: forged[3],
    },
  });
});

it.each([
  ['that is broken', { 'results/events/0.jsonl': '["moon"]\n', 'results/events/3.jsonl': '["result",' }, 4],
  ['that is empty', { 'results/events/7.jsonl': '' }, 7],
  ['whose name is no number', { 'results/events/notes.jsonl': 'of a maintainer\n' }, 0],
])('a newest file %s never stops a verdict', async (_what, files, next) => {
  stage = await Stage.open(files);
  await stage.begin(2);
  const number = await stage.open('vega', 'print("worse")\n');
  await stage.measure({ valBpb: 2.5 });
  expect((await stage.view(number)).labels).toEqual(['regressed']);
  expect(kinds(await events(stage, next))).toEqual(['record', 'machine', 'result']);
  for (const [path, text] of Object.entries(files))
    if (path !== `results/events/${next}.jsonl`) expect(await stage.file(path)).toBe(text);
});

it('a full file is followed by the next, and what a person restores from an older commit loses none', async () => {
  const line = `${JSON.stringify(['machine', '2026-11-27T00:00:00Z', 'cpu', 'ada.desk', 'ada'])}\n`;
  stage = await Stage.open({ 'results/events/0.jsonl': line.repeat(249) });
  await stage.begin(2);
  expect(kinds(await events(stage)).at(-1)).toBe('record');
  expect(kinds(await events(stage, 1))).toEqual(['machine']);
  const before = await stage.file('results/leaderboard.json');
  await stage.open('vega', 'print("worse")\n');
  await stage.measure({ valBpb: 2.5 });
  await stage.commit({ 'results/leaderboard.json': before });
  await stage.open('vega', 'print("worst")\n');
  await stage.measure({ valBpb: 2.7 });
  expect(kinds(await events(stage, 1))).toEqual(['machine', 'result', 'result']);
});
