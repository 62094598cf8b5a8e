import { describe, expect, it } from 'vitest';
import { type ExperimentResult, resultPath } from '../../core/formats/result.ts';
import { record } from '../../testing/clone/clone.ts';
import { sha } from '../../testing/examples/names.ts';
import { findResults, namesOf } from './records.ts';

const SAME = '1'.repeat(32);
const CPU = record(7, { blob: sha('7'), content: SAME });
const SMALL = record(9, { blob: sha('9'), content: SAME, track: 'small' });
const NAMES = namesOf([
  '7-777777777777-cpu.json',
  `7-777777777777-${SAME}`,
  '9-999999999999-small.json',
  `9-999999999999-${SAME}`,
]);

function find(at: Partial<Parameters<typeof findResults>[2]>, results: ExperimentResult[] = [CPU, SMALL]) {
  const files = new Map(results.map((one) => [resultPath(one), JSON.stringify(one)]));
  const readFile = async (path: string) => files.get(path) ?? null;
  const nothing = { commit: sha('d'), pull: 41, blob: sha('b'), contents: [], tracks: ['cpu', 'small'] };
  return findResults({ readFile }, NAMES, { ...nothing, ...at });
}

describe("a record's name", () => {
  it('says pull request, blob and track, and in the index the content; all else is no name', () => {
    expect(NAMES.slice(0, 2)).toEqual([
      { pull: 7, blob: '777777777777', track: 'cpu', content: null },
      { pull: 7, blob: '777777777777', track: null, content: SAME },
    ]);
    const strange = ['7-777777777777.json', '7-777777777777-Cpu.json', '7-77-cpu.json', 'README.md'];
    expect(namesOf([...strange, '7-777777777777--a.json', `7-777777777777-${SAME}.txt`])).toEqual([]);
    expect(namesOf([`7-777777777777-${SAME}.json`])[0]).toMatchObject({ track: SAME, content: null });
  });
});

describe('the records of a file', () => {
  it('are those of its blob, one per track', async () => {
    expect(await find({ blob: sha('7') })).toEqual([CPU]);
    expect(await find({})).toEqual([]);
  });

  it('are those of the same content, whoever measured it, on the tracks that are asked for', async () => {
    expect(await find({ contents: [SAME] })).toEqual([CPU, SMALL]);
    expect(await find({ contents: [SAME], tracks: ['small'] })).toEqual([SMALL]);
  });

  it('of an old digest answer for the same content, but a crash for its own blob alone: its fix may share the digest', async () => {
    const crashed = { ...CPU, verdict: 'crashed' as const };
    expect(await find({ contents: ['d2', SAME] }, [crashed, SMALL])).toEqual([SMALL]);
    expect(await find({ blob: sha('7') }, [crashed])).toEqual([crashed]);
  });

  it('of the pull request itself count on every track: what it was measured on stays its own', async () => {
    expect(await find({ pull: 7, contents: [SAME], tracks: [] })).toEqual([CPU]);
  });

  it('are not those that say another track than their name, or cannot be read', async () => {
    const lying = { ...CPU, track: 'small' };
    const files = new Map([[resultPath(CPU), JSON.stringify(lying)]]);
    const readFile = async (path: string) => files.get(path) ?? '{';
    const at = { commit: sha('d'), pull: 41, blob: sha('7'), contents: [], tracks: ['cpu', 'small'] };
    expect(await findResults({ readFile }, NAMES, at)).toEqual([]);
  });
});
