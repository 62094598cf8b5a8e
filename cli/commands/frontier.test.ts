import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { leaderboard, record, scratch, type User, user } from '../../testing/clone/clone.ts';
import { type Adopted, frontierBranchOf, withFrontier } from '../../testing/clone/frontier.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';

/** A clone whose repository has a frontier of two links on top of the record. */

const TRAIN = `BATCH_SIZE = 64
DEPTH = 8
WIDTH = 512

LEARNING_RATE = 0.02


def train(task):
    pass
`;
const first = leaderboard({ blob: gitBlob(TRAIN) });
const ONE: Adopted = { pull: 41, title: 'Larger batch', text: TRAIN.replace('64', '128') };
const TWO: Adopted = {
  pull: 44,
  title: 'A helper',
  text: ONE.text.replace('    pass', '    warm_up(task)\n    pass'),
};
const CONFIG = `primary: cpu
tracks:
  cpu:
    runs-on: [self-hosted]
    capacity: 1
    dataset: pysource
    device: cpu
    budget-seconds: 60
    scoring-seconds: 120
    validation-tokens: 1000
    probes: 0
    threads: 1
    memory-mib: 4096
    margin: 0.1
limits: { open-per-author: 3, attempts: 3, lost-after-minutes: 30 }
merge: true
`;
const MINE = 'LEARNING_RATE = 0.05';
let home: string;
let clone: string;
let me: User;

beforeEach(async () => {
  const folder = await scratch();
  home = join(folder, 'home');
  clone = join(folder, 'clone');
  const base = { pull: 41, blob: gitBlob(ONE.text), valBpb: 1.99 };
  await writeHistory(home, {
    leaderboard: withFrontier(first, [ONE, TWO], { certifying: gitBlob(TWO.text) }),
    results: [
      record(41, { verdict: 'adopted', blob: gitBlob(ONE.text), valBpb: 1.98, title: 'Larger batch' }),
      record(44, { verdict: 'adopted', blob: gitBlob(TWO.text), valBpb: 1.97, base, title: 'A helper' }),
    ],
    files: { 'train/train.py': TRAIN, '.github/descent.yml': CONFIG },
  });
  await frontierBranchOf(home, [ONE, TWO]);
  await execa('git', ['clone', '--quiet', '--single-branch', `file://${home}`, clone]);
  me = user(clone, join(folder, 'cache'));
});

const train = () => readFile(join(clone, 'train/train.py'), 'utf8');
const edit = (text: string) => writeFile(join(clone, 'train/train.py'), text);

describe('what agents build on', () => {
  it('is the best guess, fetched where the clone has it not; the record where that is asked for', async () => {
    const said = await me.descent('best');
    expect(said.out).toBe(TWO.text);
    expect(said.err).toMatch(
      /best guess 1\.9800 \(95 %: 1\.9780 to 1\.9820\), #44 on cpu, not certified; the record: val_bpb 2\.0000/,
    );
    const { value } = await me.json('best');
    expect(value).toMatchObject({ pull: 44, blob: gitBlob(TWO.text), valBpb: null });
    expect(value.certified).toEqual({ pull: null, blob: gitBlob(TRAIN), valBpb: 2 });
    expect(value.frontier).toMatchObject({ pull: 44, loss: 1.98, branch: 'frontier', certifying: 44 });
    expect(value.frontier.low).toBeLessThan(1.98);
    expect(value.frontier.chain.map(({ pull }: { pull: number }) => pull)).toEqual([41, 44]);
    expect(value.begin).toBe('git fetch upstream frontier && git switch -c NAME upstream/frontier');
    expect((await me.descent('best', '--certified')).out).toBe(TRAIN);
    expect((await me.json('best', '--certified')).value).toMatchObject({ valBpb: 2, frontier: null });
  });

  it('is the record where nothing is adopted', async () => {
    await writeHistory(home, { leaderboard: withFrontier(first, []), results: [] });
    expect((await me.json('best', '--fresh')).value).toMatchObject({
      frontier: null,
      source: TRAIN,
      valBpb: 2,
    });
  });

  it('stands in status and lineage beside the record, and is never called one', async () => {
    const { out } = await me.descent('status');
    expect(out).toContain('cpu (primary): val_bpb 2.0000');
    expect(out).toContain(
      'best guess 1.9800 (95 %: 1.9780 to 1.9820), #44, not certified; adopted: #41, #44; being certified up to #44',
    );
    expect(out).not.toMatch(/record[^\n]*1\.9[789]/);
    expect((await me.json('status', '--certified')).value.tracks[0].frontier).toBeNull();
    const lineage = await me.descent('lineage');
    expect(lineage.out).toMatch(
      /On main \(cpu\):\n {2}2\.0000 first file[\s\S]*Adopted since, not certified: best guess 1\.9800[\s\S]*#41[\s\S]*#44/,
    );
    expect((await me.json('lineage')).value.open).toEqual([]);
  });
});

describe('rebase', () => {
  it('puts a change of the record onto the best guess', async () => {
    await edit(TRAIN.replace('LEARNING_RATE = 0.02', MINE));
    const { value, status } = await me.json('rebase');
    expect(status).toBe(0);
    expect(value).toMatchObject({
      done: 'rebased',
      from: { pull: null, blob: gitBlob(TRAIN) },
      onto: { pull: 44, certified: false },
      since: [{ pull: 41 }, { pull: 44 }],
    });
    expect(await train()).toBe(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
    expect((await me.json('rebase')).value).toMatchObject({ done: 'nothing-newer', from: { pull: 44 } });
    expect((await me.json('check', '--hypothesis', 'Faster learning helps here.')).value).toMatchObject({
      ok: true,
      base: { blob: gitBlob(TWO.text), certified: false, since: [] },
    });
  });

  it('of a change of an older link knows it by the branch', async () => {
    await execa('git', ['fetch', '--quiet', 'origin', 'frontier:refs/remotes/origin/frontier'], {
      cwd: clone,
    });
    await execa('git', ['switch', '--quiet', '-c', 'mine', 'origin/frontier~1'], { cwd: clone });
    await edit(ONE.text.replace('LEARNING_RATE = 0.02', MINE));
    expect((await me.descent('check', '--hypothesis', 'Faster learning helps here.')).out).toMatch(
      /warning: adopted since the file that this one was changed from: #44/,
    );
    expect((await me.json('rebase')).value).toMatchObject({
      done: 'rebased',
      from: { pull: 41 },
      since: [{ pull: 44 }],
    });
    expect(await train()).toBe(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
  });

  it('shows a conflict with both sides and what was adopted since, and leaves the file', async () => {
    const mine = TRAIN.replace('64', '32');
    await edit(mine);
    const { status, out } = await me.descent('rebase');
    expect(status).toBe(1);
    expect(out).toContain('adopted since: #41 «Larger batch», #44 «A helper»');
    expect(out).toMatch(
      /line 1 of the newer file:\n {4}\| BATCH_SIZE = 128\n {2}yours, line 1:\n {4}\| BATCH_SIZE = 32/,
    );
    expect(await train()).toBe(mine);
    expect((await me.json('rebase', '--markers')).value).toMatchObject({
      done: 'conflict',
      path: expect.any(String),
    });
    expect(await train()).toMatch(
      /<<<<<<< the newest file, #44\nBATCH_SIZE = 128[\s\S]*=======\nBATCH_SIZE = 32\n>>>>>>> yours/,
    );
  });

  it('does not write what cannot be measured', async () => {
    const mine = `${TRAIN}\nwarm_up = eval\n`;
    await edit(mine);
    expect((await me.json('rebase')).value).toMatchObject({
      done: 'refused',
      problems: [expect.stringContaining('eval')],
    });
    expect(await train()).toBe(mine);
  });

  it('takes what the file was changed from as an argument', async () => {
    await edit(ONE.text.replace('LEARNING_RATE = 0.02', MINE));
    expect((await me.json('rebase', '--from', '41')).value).toMatchObject({
      done: 'rebased',
      from: { pull: 41 },
    });
    expect(await train()).toBe(TWO.text.replace('LEARNING_RATE = 0.02', MINE));
    expect((await me.descent('rebase', '--from', '7')).err).toContain('#7 has no result');
  });
});

describe('what is said of an adopted file', () => {
  it('is that it is a guess: in show, history, search, the page, and never that it is a record', async () => {
    const shown = (await me.descent('show', '44')).out;
    expect(shown).toContain('adopted, val_bpb 1.9700 (-0.0200), a guess, not certified');
    expect(shown).toContain('changed from #41 (blob');
    expect((await me.descent('history', '--verdict', 'adopted')).out).toMatch(
      /#44[^\n]*a guess, not certified/,
    );
    const found = (await me.json('search', 'helper')).value.hits;
    expect(found).toMatchObject([{ pull: 44, nearMiss: false, basePull: 41 }]);
    const { out } = await me.descent('digest');
    expect(out).toMatch(
      /The record, which is certified: 2\.0000\. The best guess 1\.9800 \(95 %: 1\.9780 to 1\.9820\), #44, not certified/,
    );
    expect(out).toMatch(/- Adopted as a guess, not certified:\n {2}- \[#41\]/);
  });

  it('after its chain: who has the runs, whether it held', async () => {
    const chain = { pulls: [41, 44], head: { pull: 44, blob: gitBlob(TWO.text) } };
    const base = { pull: null, blob: gitBlob(TRAIN), valBpb: 2 };
    await writeHistory(home, {
      results: [
        record(41, {
          verdict: 'not-held',
          blob: gitBlob(ONE.text),
          valBpb: 1.98,
          base,
          chain,
          title: 'Larger batch',
        }),
        record(44, { verdict: 'improved', blob: gitBlob(TWO.text), valBpb: 1.97, base, chain }),
      ],
    });
    const { out } = await me.descent('show', '41', '--fresh');
    expect(out).toContain('not-held, val_bpb 1.9800 (-0.0200), its chain was refuted');
    expect(out).toContain('refuted with its chain: #41, #44; the result of #44 has the runs');
    expect((await me.descent('show', '44')).out).toMatch(/certified with its chain: #41, #44$/m);
    expect((await me.json('search', 'batch')).value.hits).toMatchObject([{ pull: 41, nearMiss: true }]);
  });

  it('that met a conflict: both sides, harmless', async () => {
    const place = {
      line: 1,
      before: ['BATCH_SIZE = 64'],
      theirs: ['    BATCH_SIZE = 128'],
      ours: ['x\u001b[2J\u202e'],
    };
    const conflict = { onto: gitBlob(TWO.text), since: [41, 44], places: [place] };
    await writeHistory(home, { results: [record(45, { verdict: 'inconclusive', conflict })] });
    const { out } = await me.descent('show', '45', '--fresh');
    expect(out).toContain('adopted since, and changed the same lines: #41, #44');
    expect(out).toContain('    |     BATCH_SIZE = 128');
    expect(out).toContain('    | x\\u001b[2J\\u202e');
  });

  it('is over its base: a file that beats the record and loses to what it was changed from is no near miss', async () => {
    const base = { pull: 44, blob: gitBlob(TWO.text), valBpb: 1.98 };
    await writeHistory(home, {
      results: [record(46, { verdict: 'regressed', valBpb: 1.99, base, title: 'Something odd' })],
    });
    await me.descent('best', '--fresh');
    expect((await me.json('search', 'odd')).value.hits).toMatchObject([
      { pull: 46, nearMiss: false, delta: 0.01 },
    ]);
    expect((await me.json('lineage')).value.open).toEqual([]);
  });

  it('does not hide what was tried: a change is like another one though records hold the chain as well', async () => {
    const tried = TWO.text.replace('LEARNING_RATE = 0.02', MINE);
    const diff = createTwoFilesPatch('a/train/train.py', 'b/train/train.py', TRAIN, tried);
    await writeHistory(home, {
      results: [record(47, { verdict: 'regressed', diff, blob: gitBlob(tried), hypothesis: 'Haste.' })],
    });
    await me.descent('best', '--write', '--fresh');
    await edit(`${tried}\n# another comment\n`);
    expect((await me.json('similar')).value.similar).toMatchObject([{ experiment: { pull: 47 }, diff: 1 }]);
    await edit(TWO.text.replace('DEPTH = 8', 'DEPTH = 12'));
    expect((await me.json('similar')).value.similar).toEqual([]);
  });
});
