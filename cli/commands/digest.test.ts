import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { leaderboard, record, stage, user } from '../../testing/clone/clone.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';

const board = leaderboard({
  pull: 1,
  blob: gitBlob('merged'),
  valBpb: 1.9,
  title: '<b>Halve</b> the batch & go',
});

test('the page says by part of the file what worked, what could, and what did not', async () => {
  const { user } = await stage(
    [
      record(1, {
        verdict: 'improved',
        valBpb: 1.9,
        title: 'Halve the batch',
        change: 'BATCH_SIZE 64 -> 32',
      }),
      record(2, { verdict: 'inconclusive', valBpb: 1.99, change: 'muon momentum 0.95 -> 0.9' }),
      record(3, { verdict: 'regressed', valBpb: 2.4, change: 'muon momentum 0.95 -> 0.5' }),
      record(4, {
        verdict: 'crashed',
        valBpb: null,
        title: 'More heads',
        log: 'Traceback\nping @nova <img>',
      }),
    ],
    { leaderboard: board },
  );
  const { out } = await user.descent('digest');
  expect(out).toMatch(
    /## Optimizer \(1 inconclusive, 1 regressed\)\n\n- Could still.*\n {2}- \[#2\]\(\.\.\/\.\.\/\.\.\/pull\/2\) `muon momentum 0.95 -> 0.9`: -0.0100/,
  );
  expect(out).toContain('[#1](../../../pull/1) `BATCH_SIZE 64 -> 32`: -0.1000');
  expect(out).toContain('[#4](../../../pull/4) `More heads`: `ping @nova <img>`');
});

test('a loss larger than the gain its runs could hide is no promise, and what was given up says nothing', async () => {
  const evidence = {
    code: 'undecided',
    sigma: 0.2,
    degrees: 5,
    candidateRuns: 2,
    incumbentRuns: 4,
    owners: 2,
    effect: { estimate: -0.5, standardError: 0.2, low: -0.9, high: 0.1 },
    couldHide: 0.1,
    moreRuns: 2,
    singleOwner: false,
    incumbentLosses: [2],
  };
  const { user } = await stage(
    [
      record(1, { verdict: 'inconclusive', valBpb: 2.5, change: 'muon beta 0.9', evidence }),
      record(2, { verdict: 'inconclusive', valBpb: 2.05, change: 'muon beta 0.95', evidence }),
      record(3, {
        verdict: 'inconclusive',
        valBpb: 2.95,
        change: 'muon beta 0.1',
        reason: { code: 'withdrawn', text: 'The author closed it.' },
      }),
    ],
    { leaderboard: board },
  );
  const { out } = await user.descent('digest');
  expect(out).toMatch(/Could still hide something[^#]*\[#2\][\s\S]*Did not work[^#]*\[#1\]/);
  expect(out).not.toContain('[#3]');
});

/** Experiments about everything, in the longest words that a page shows. */
function wordy(count: number) {
  const about = ['batch', 'muon', 'rate', 'attention', 'layer', 'relu', 'dropout', 'init', 'data', 'compile'];
  return Array.from({ length: count }, (_, i) =>
    record(i + 1, {
      title: `${about[i % 10]} ${'é'.repeat(200)}`,
      verdict: (['regressed', 'inconclusive', 'improved', 'crashed'] as const)[Math.floor(i / 10) % 4]!,
      reason: { code: 'x', text: 'ü'.repeat(300) },
    }),
  );
}

test('the page stays a page, however much was tried, and every topic that outgrows it has one of its own', async () => {
  const { user } = await stage(wordy(2000));
  const { value } = await user.json('digest');
  expect(Object.keys(value.topics)).toHaveLength(10);
  for (const [path, text] of Object.entries<string>({ ...value.topics, 'MEMORY.md': value.page })) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16 * 1024);
    if (path !== 'MEMORY.md') expect(value.page).toContain(`(${path})`);
  }
  expect(value.page).toContain('## More topics');
  const { 'memory/optimizer.md': optimizer } = value.topics;
  expect(optimizer).toContain('50 inconclusive');
  expect(optimizer.match(/^ {2}- \[#/gm).length).toBeGreaterThan(4 * 4);
  expect(optimizer).toContain('- Failed to run:');
});

test('a small history makes one page, and takes away a page of a topic that no longer outgrows it', async () => {
  const { clone, user } = await stage(wordy(40));
  await mkdir(join(clone, 'results/memory'), { recursive: true });
  await writeFile(join(clone, 'results/memory/optimizer.md'), 'of yesterday');
  const { value } = await user.json('digest', '--out', 'results');
  expect(value.topics).toEqual({});
  expect(value.page).not.toContain('memory/');
  expect(await readdir(join(clone, 'results/memory'))).toEqual([]);
});

test('the plot shows every experiment once, and titles are text, not markup', async () => {
  const { clone, user } = await stage(
    Array.from({ length: 30 }, (_, i) => record(i + 1, { valBpb: 1.9 + (i % 5) / 10 })),
    { leaderboard: board },
  );
  const { value } = await user.json('digest', '--out', 'results');
  expect(value.files).toHaveLength(2);
  const svg = await readFile(join(clone, 'results/progress.svg'), 'utf8');
  expect(svg).toContain('#1 &lt;b&gt;Halve&lt;/b&gt; the batch &amp; go');
  expect(svg).not.toMatch(/<b>|NaN|undefined/);
});

test('a change that speaks of several parts of the file is listed once, and says where something was learned', async () => {
  const { user } = await stage([
    record(1, {
      verdict: 'regressed',
      valBpb: 2.4,
      change: 'head learning rate of the embedding',
      insights: [
        { untrusted: true, author: 'ada', at: '2026-11-20T12:00:00Z', text: 'the rate, not the head' },
      ],
    }),
    record(2, { verdict: 'inconclusive', valBpb: 1.99, change: 'attention window' }),
  ]);
  const { out } = await user.descent('digest');
  expect(out.split('[#1](../../../pull/1)')).toHaveLength(2);
  expect(out).toMatch(/#1\]\(\S+\) `head learning rate of the embedding`: \+0\.\d{4}; 1 insight there/);
  expect(out).toContain('All of it is listed above.');
});

test('events of a history from before they were written are made from it, and then checked against it', async () => {
  const { user, clone } = await stage([record(1), record(2, { verdict: 'crashed', valBpb: null })]);
  await writeHistory(clone, { leaderboard: board, results: [record(1, { verdict: 'improved' }), record(3)] });
  expect(await user.json('digest', '--check')).toMatchObject({
    ...{ status: 0, value: { check: { same: 0, difference: null } } },
  });
  const { value } = await user.json('digest', '--events', join(clone, 'results'));
  expect(value.files).toEqual([join(clone, 'results/events/0.jsonl')]);
  const text = await readFile(value.files[0], 'utf8');
  expect(text.split('\n').map((line) => line.split(',').slice(0, 4).join(','))).toEqual([
    expect.stringMatching(/^\["result",.*,1,/),
    expect.stringMatching(/^\["result",.*,2,/),
    expect.stringMatching(/^\["record",.*,null,/),
    expect.stringMatching(/^\["result",.*,1,/),
    expect.stringMatching(/^\["result",.*,3,/),
    expect.stringMatching(/^\["record",.*,1,/),
    '',
  ]);

  const written = (content: string) =>
    writeHistory(clone, { results: [], files: { 'results/events/0.jsonl': content } });
  await written(text);
  expect((await user.json('digest', '--check')).value.check).toEqual({ same: 6, difference: null });
  await written(text.replace('"crashed"', '"improved"'));
  const { status, out } = await user.descent('digest', '--check');
  expect(status).toBe(1);
  expect(out).toContain('results/events/0.jsonl:2 is not what the results say (1 lines before it are)');
});

test('events of a shallow clone cannot be made, and the message says what to do', async () => {
  const { clone, folder } = await stage([record(1)]);
  await writeHistory(clone, { results: [record(2)] });
  await execa('git', ['clone', '--quiet', '--depth=1', `file://${clone}`, join(folder, 'shallow')]);
  const { status, err } = await user(join(folder, 'shallow'), join(folder, 'cache')).descent(
    'digest',
    '--check',
  );
  expect(status).not.toBe(0);
  expect(err).toContain('git fetch --unshallow');
});
