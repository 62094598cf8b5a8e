import { expect, it } from 'vitest';
import { sha } from '../../testing/examples/names.ts';
import type { ProposalReading } from '../github/port.ts';
import type { Earlier } from '../intake/similar.ts';
import type { SimilarResult } from '../model/snapshot.ts';
import { lookWith } from './look.ts';

const PLACE = { url: 'https://git.test/descent/descent', branch: 'main' };
const MINE = { blob: sha('b'), text: 'x = 1\n', hypothesis: 'Fewer heads.', track: null };
const first: Earlier = { pull: 1, blob: sha('1'), editedAt: null };
const second: Earlier = { pull: 2, blob: sha('2'), editedAt: null };

/** A memory that finds #1 alike while it is open, and on record once `records` has it. */
function memory() {
  const seen = { read: [] as number[], asked: 0, results: [] as SimilarResult[], broken: false };
  const readProposals = async (pulls: number[]): Promise<ProposalReading[]> => {
    seen.read.push(...pulls);
    return pulls.map((number) => ({ number, title: 'Fewer heads', url: '', body: '', text: null }));
  };
  const failures: unknown[] = [];
  const find = lookWith(
    { readProposals },
    async (_, __, open) => {
      seen.asked += 1;
      if (seen.broken) throw new Error('no git on this machine');
      const alike = open.filter((one) => one.number === 1);
      const how = { part: 'hypothesis', alike: 0.9 } as const;
      return {
        results: seen.results,
        open: alike.map((one) => ({ kind: 'open', pull: 1, title: one.title, ...how })),
      };
    },
    (error) => failures.push(error),
  );
  const look = async (...earlier: Earlier[]) =>
    (await find(PLACE, { ...MINE, earlier })).map((one) => `${one.kind} ${one.pull}`);
  return { seen, failures, look };
}

it('each open pull request is read and compared once, until its file or its words change', async () => {
  const { seen, look } = memory();
  expect(await look(first)).toEqual(['open 1']);
  expect(await look(first)).toEqual(['open 1']);
  expect(seen).toMatchObject({ read: [1], asked: 1 });
  expect(await look(first, second)).toEqual(['open 1']);
  expect(seen).toMatchObject({ read: [1, 2], asked: 2 });
  expect(await look({ ...first, editedAt: '2026-11-23T12:00:00Z' }, second)).toEqual(['open 1']);
  expect(seen).toMatchObject({ read: [1, 2, 1], asked: 3 });
});

it('one that was similar and is decided is looked up among the results, and named once', async () => {
  const { seen, look } = memory();
  await look(first, second);
  const how = {
    part: 'hypothesis',
    alike: 0.9,
    decidedAt: '',
    title: '',
    reason: '',
    exception: null,
  } as const;
  seen.results = [
    {
      kind: 'record',
      pull: 1,
      blob: sha('1'),
      track: 'cpu',
      verdict: 'regressed',
      valBpb: 3,
      incumbentBpb: 2,
      ...how,
    },
  ];
  expect(await look(second)).toEqual(['record 1']);
  expect(await look(second)).toEqual(['record 1']);
  expect(await look(first, second)).toEqual(['record 1']);
  expect(seen.asked).toBe(3);
});

it('a search that fails is reported to the operator, stops no pull request, and is tried again', async () => {
  const { seen, failures, look } = memory();
  seen.broken = true;
  expect(await look(first)).toEqual([]);
  expect(failures).toEqual([expect.objectContaining({ message: 'no git on this machine' })]);
  seen.broken = false;
  expect(await look(first)).toEqual(['open 1']);
});
