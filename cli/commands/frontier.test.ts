import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { openMemory } from '../../memory/memory.ts';
import { record, type User, user } from '../../testing/clone/clone.ts';
import { FIRST, first, frontierStage, ONE, TWO, withFrontier } from '../../testing/clone/frontier.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';
import { beginAt } from '../clone/begin.ts';

/** What commands say where something is adopted: the best guess and the record, apart. */

const MINE = 'LEARNING_RATE = 0.05';
let home: string;
let clone: string;
let me: User;
beforeEach(async () => {
  ({ home, clone, me } = await frontierStage());
});

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
    expect(value.certified).toEqual({ pull: null, blob: gitBlob(FIRST), valBpb: 2 });
    expect(value.frontier).toMatchObject({ pull: 44, loss: 1.98, branch: 'frontier', certifying: 44 });
    expect(value.frontier.low).toBeLessThan(1.98);
    expect(value.frontier.chain.map(({ pull }: { pull: number }) => pull)).toEqual([41, 44]);
    expect(value.begin).toBe('git fetch upstream frontier && git switch -c NAME upstream/frontier');
    expect((await me.descent('best', '--certified')).out).toBe(FIRST);
    expect((await me.json('best', '--certified')).value).toMatchObject({ valBpb: 2, frontier: null });
  });

  it('is found in a clone without contents, and by a clone that was made before it was adopted', async () => {
    await execa('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: home });
    const lean = join(clone, '..', 'lean');
    await execa('git', ['clone', '--quiet', '--filter=blob:none', '--no-checkout', `file://${home}`, lean]);
    expect((await user(lean, join(clone, '..', 'lean-cache')).descent('best')).out).toBe(TWO.text);
  });

  it('that the branch does not have any more is an error which says what to do; all else goes on', async () => {
    await execa('git', ['update-ref', '-d', 'refs/heads/frontier'], { cwd: home });
    const said = await me.descent('best');
    expect(said).toMatchObject({ status: 2, err: expect.stringContaining('--certified') });
    expect((await me.descent('best', '--certified')).out).toBe(FIRST);
    await edit(FIRST.replace('LEARNING_RATE = 0.02', MINE));
    expect((await me.json('check', '--hypothesis', 'Faster learning helps here.')).value).toMatchObject({
      ok: true,
    });
    expect((await me.json('status')).value.tracks[0].frontier).toMatchObject({ pull: 44 });
  });

  it('of another track than the primary one is put onto main first: no branch has it as train.py', async () => {
    const other = withFrontier({ ...first, primary: 'cpu' }, [ONE]).tracks.cpu!;
    const board = { ...first, tracks: { cpu: first.tracks.cpu!, h100: other } };
    await writeHistory(home, { leaderboard: board, results: [] });
    expect((await me.json('best', '--track', 'h100', '--write', '--fresh')).value).toMatchObject({
      begin: null,
      frontier: { branch: 'frontier-h100' },
    });
    using memory = await openMemory(me);
    const commit = await beginAt(memory, 'h100', 'nova', gitBlob(ONE.text));
    const { stdout } = await execa('git', ['log', '--format=%P', '-1', commit], { cwd: clone });
    expect(stdout).toBe(memory.repository.commit);
    expect((await execa('git', ['rev-parse', `${commit}:train/train.py`], { cwd: clone })).stdout).toBe(
      gitBlob(ONE.text),
    );
  });

  it('is the record where nothing is adopted', async () => {
    await writeHistory(home, { leaderboard: withFrontier(first, []), results: [] });
    expect((await me.json('best', '--fresh')).value).toMatchObject({
      frontier: null,
      source: FIRST,
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
    const family = (await me.json('lineage', '44')).value;
    expect(family.ancestors).toMatchObject([{ pull: 41, generation: 1 }]);
    expect((await me.json('lineage', '41')).value.children).toMatchObject([{ pull: 44 }]);
    const lineage = await me.descent('lineage');
    expect(lineage.out).toMatch(
      /On main \(cpu\):\n {2}2\.0000 first file[\s\S]*Adopted since, not certified: best guess 1\.9800[\s\S]*#41[\s\S]*#44/,
    );
    expect((await me.json('lineage')).value.open).toEqual([]);
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
    const base = { pull: null, blob: gitBlob(FIRST), valBpb: 2 };
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
    const diff = createTwoFilesPatch('a/train/train.py', 'b/train/train.py', FIRST, tried);
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
